import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../../domain/errors.ts';
import { createLocalEngine } from '../index.ts';
import { openRemovalPlugIn } from './removal-plug-in.ts';

const photo = { width: 2, height: 1, data: Buffer.from([10, 20, 30, 255, 40, 50, 60, 255]) };

let home = '';
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'kinora-plug-in-'));
});
after(() => rm(home, { recursive: true, force: true }));

/** An installation that has a package of the name, laid out as the real one is; answers with a file beside it. */
async function installed(name: string, module: string): Promise<string> {
  const dist = join(home, name, 'node_modules', '@imgly', 'background-removal-node', 'dist');
  await mkdir(dist, { recursive: true });
  const manifest = { version: '1.4.5', main: './dist/index.cjs', module: './dist/index.mjs', exports: {} };
  await writeFile(join(dist, '..', 'package.json'), JSON.stringify(manifest));
  await writeFile(join(dist, 'index.mjs'), module);
  return pathToFileURL(join(home, name, 'kinora.js')).href;
}

test('is refused with what to install where the package is not', () => {
  const refused = (error: unknown) =>
    error instanceof AppError &&
    /"imgly" is set, but @imgly\/background-removal-node is not installed/.test(error.message) &&
    /npm install --no-save @imgly\/background-removal-node/.test(error.hint ?? '');
  assert.throws(() => openRemovalPlugIn(), refused);
  assert.throws(() => createLocalEngine({ slots: 1, backgroundRemoval: 'imgly' }), refused);
});

test('is found beside Kinora and named with its version, but not loaded before the first photo', async () => {
  const plugIn = openRemovalPlugIn(await installed('broken', 'throw new Error("its weights are damaged");'));
  assert.equal(plugIn.name, '@imgly/background-removal-node 1.4.5');
  await assert.rejects(plugIn.alphaOf(photo), /weights are damaged/);
});

test('does not hide a package without the function it is called by', async () => {
  const plugIn = openRemovalPlugIn(await installed('empty', 'export const other = 1;'));
  await assert.rejects(plugIn.alphaOf(photo), /no function removeBackground/);
});

test('hands the photo over as it is, says where the model is, and takes the alpha alone', async () => {
  const beside = await installed(
    'whole',
    `import assert from 'node:assert/strict';
     import { existsSync } from 'node:fs';
     export async function removeBackground(image, config) {
       assert.equal(image.type, 'image/x-rgba8;width=2;height=1');
       assert.deepEqual(config.output, { format: 'image/x-rgba8' });
       assert.ok(existsSync(new URL('./index.mjs', config.publicPath)));
       assert.deepEqual([...new Uint8Array(await image.arrayBuffer())], [10, 20, 30, 255, 40, 50, 60, 255]);
       return new Blob([new Uint8Array([10, 20, 30, 7, 40, 50, 60, 200])]);
     }`,
  );
  assert.deepEqual([...(await openRemovalPlugIn(beside).alphaOf(photo))], [7, 200]);
});

test('refuses an answer of another size', async () => {
  const answer = 'export const removeBackground = async () => new Blob([new Uint8Array(4)]);';
  const plugIn = openRemovalPlugIn(await installed('short', answer));
  await assert.rejects(plugIn.alphaOf(photo), /4 bytes for a photo of 2 x 1/);
});
