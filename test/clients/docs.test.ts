import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { startRealServer } from './server.ts';

const root = join(import.meta.dirname, '..', '..');
const server = await startRealServer();
// A live one: those of web pages are refused, and these clients are not to be taken for one.
const key = await server.newKey({ mode: 'live' });
const folder = await mkdtemp(join(tmpdir(), 'kinora-docs-'));
after(() => rm(folder, { recursive: true, force: true }));
await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
await copyFile(join(root, 'test/fixtures/mug.jpg'), join(folder, 'photo.jpg'));

const page = await readFile(join(root, 'docs/clients.md'), 'utf8');
const programs = [...page.matchAll(/^## (\S+)\n\n```js\n(.+?)^```/gms)].map(([, name = '', code = '']) => ({
  name: name.toLowerCase(),
  code,
}));

/** As its reader would run it. */
async function run(name: string, code: string): Promise<void> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, code);
  const child = spawn(process.execPath, [path], {
    cwd: folder,
    env: { ...cleanEnvironment(), KINORA_URL: server.url, KINORA_KEY: key },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const exit = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  assert.equal(exit, 0, said);
}

test('the programs of docs/clients.md make videos as they stand', async () => {
  assert.deepEqual(
    programs.map(({ name }) => name),
    ['fal', 'replicate', 'openai'],
  );
  await Promise.all(programs.map(({ name, code }) => run(name, code)));
  for (const { name } of programs) {
    const bytes = await readFile(join(folder, `${name}.mp4`));
    assert.deepEqual(await server.probeBytes(bytes), { picture: '1280×720 h264', seconds: 4 }, name);
  }
});
