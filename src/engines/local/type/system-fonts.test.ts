import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import test from 'node:test';
import { siblingModule } from '../sibling-module.ts';

/**
 * Draws captions of many scripts, and as a control one word in no font of ours, and prints a digest of each.
 * It runs once as the machine is and once where no folder with fonts can be seen.
 */
const script = `
import { createHash } from 'node:crypto';
import { createCanvas } from '@napi-rs/canvas';
import { drawCaption, flattenCaption } from ${JSON.stringify(siblingModule(import.meta.url, './draw-caption'))};
import { layOut } from ${JSON.stringify(siblingModule(import.meta.url, './lay-out'))};
const digest = (data) => createHash('sha256').update(data).digest('hex').slice(0, 12);
const context = createCanvas(300, 80).getContext('2d');
context.font = '40px "No such font"';
context.fillText('Hamburg', 5, 50);
console.log(digest(context.getImageData(0, 0, 300, 80).data));
const texts = ['Quiet 😀 mug \\ue000', 'Việt\\u00a0Nam “Łódź”', 'صُنع\\u200d للصباح Halden', 'क्\\u200dष शांत', 'เช้าที่ น้ำ',
  '静かな 朝のために', '体', '高雅骨', '고요한 아침', 'Ελλάδα и\\u0301 e\\u0302\\u0323', 'סדרה 2026', '→ ★ ✓ ₹'];
for (const family of ['sans', 'serif'])
  for (const text of texts) {
    const layout = layOut({ text, style: 'title', place: 'centre', family }, { width: 640, height: 360 });
    if (!layout.fits) throw new Error(layout.reason);
    console.log(digest(flattenCaption(drawCaption(layout, { colour: '#ffffff' })).bitmap.data));
  }
`;

const fonts = '/usr/share/fonts';
const node = [process.execPath, ...process.execArgv, '--input-type=module', '-e', script];
const hiding = [
  'unshare',
  '--mount',
  '--map-root-user',
  'sh',
  '-c',
  `mount -t tmpfs none ${fonts} && exec "$@"`,
  'sh',
];

/** Hiding a folder from one process needs a Linux that lets us. */
function cannotHide(): string | false {
  if (platform() !== 'linux' || !existsSync(fonts)) return 'no folder of fonts to hide';
  const [program = '', ...args] = [...hiding, 'true'];
  return spawnSync(program, args).status === 0 ? false : 'this system lets no process hide a folder';
}

test('captions look the same on a machine without any font of its own', { skip: cannotHide() }, () => {
  const usual = digests(node);
  const bare = digests([...hiding, ...node]);
  assert.notEqual(usual[0], bare[0], 'the control must depend on the fonts of the machine');
  assert.deepEqual(usual.slice(1), bare.slice(1));
  assert.equal(usual.length, 25);
});

function digests([program = '', ...args]: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: import.meta.dirname });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n');
}
