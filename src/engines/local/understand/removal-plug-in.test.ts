import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRemovalPlugIn, plugInNote, wantsPlugIn } from './removal-plug-in.ts';

const photo = { width: 2, height: 1, data: Buffer.from([10, 20, 30, 255, 40, 50, 60, 255]) };

test('is not there unless the user enabled it, and does not even look for it', async () => {
  const load = () => assert.fail('looked for the package');
  assert.equal(await loadRemovalPlugIn({ enabled: false, load }), undefined);
});

test('is not there where the package is not installed', async () => {
  assert.equal(await loadRemovalPlugIn({ enabled: true }), undefined);
});

test('does not hide a package that is there but broken', async () => {
  const load = () => Promise.reject(new Error('its weights are damaged'));
  await assert.rejects(loadRemovalPlugIn({ enabled: true, load }), /weights are damaged/);
  await assert.rejects(loadRemovalPlugIn({ enabled: true, load: async () => ({}) }), /no function/);
});

test('hands the photo over as it is and takes the alpha alone from the answer', async () => {
  const load = async () => ({
    async removeBackground(image: Blob, config: object) {
      assert.equal(image.type, 'image/x-rgba8;width=2;height=1');
      assert.deepEqual(config, { output: { format: 'image/x-rgba8' } });
      assert.deepEqual(new Uint8Array(await image.arrayBuffer()), new Uint8Array(photo.data));
      return new Blob([new Uint8Array([10, 20, 30, 7, 40, 50, 60, 200])]);
    },
  });
  const plugIn = await loadRemovalPlugIn({ enabled: true, load });
  assert.ok(plugIn !== undefined);
  assert.deepEqual([...(await plugIn.alphaOf(photo))], [7, 200]);
  assert.match(plugInNote(3, plugIn).message, /Image 3 .*@imgly/);
});

test('refuses an answer of another size', async () => {
  const load = async () => ({ removeBackground: async () => new Blob([new Uint8Array(4)]) });
  const plugIn = await loadRemovalPlugIn({ enabled: true, load });
  await assert.rejects(async () => plugIn?.alphaOf(photo), /4 bytes for a photo of 2 x 1/);
});

test('is asked only where our own cut-out cannot be trusted', () => {
  assert.equal(wantsPlugIn(0.49), true);
  assert.equal(wantsPlugIn(0.5), false);
});
