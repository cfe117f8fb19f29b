import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../../domain/plan.ts';
import type { Storyboard } from '../../domain/storyboard.ts';
import { createMedia } from '../../media/create-media.ts';
import type { AssetCache } from './cache/asset-cache.ts';
import { actorOf, outlineAt, pictureAt } from './check/actor.ts';
import { planFilm } from './plan-film.ts';
import type { StageBitmap } from './render/layer.ts';
import { buildStage } from './stage/build-stage.ts';

const media = createMedia();
const facts = { kind: 'image', contentType: 'image/jpeg', width: 1280, height: 1280 } as const;
const path = fileURLToPath(new URL('../../../examples/halden/products/CNDL-06/1.jpg', import.meta.url));

/** The photo is understood once for all films. */
const kept = new Map<string, unknown>();
const cache: AssetCache = {
  async recall<T>({ kind }: { kind: string }, make: () => Promise<T>): Promise<T> {
    if (!kept.has(kind)) kept.set(kind, await make());
    return kept.get(kind) as T;
  },
  unkept: () => undefined,
};

/** The film of a candle whose upper third is clear glass, and the product as it is drawn into it. */
async function filmed(prompt: string, storyboard?: Storyboard) {
  const plan: Plan = {
    ...{ engine: 'local', model: 'kinora-studio-1', endpoint: 'reference-to-video', prompt },
    references: [{ kind: 'image', position: 1, sha256: '', facts }],
    ...{ durationSeconds: 4, aspectRatio: '1:1', width: 240, height: 240, seed: 1, generateAudio: false },
    adjustments: [],
    ...(storyboard === undefined ? {} : { storyboard }),
  };
  const { signal } = new AbortController();
  const film = await planFilm({ plan, references: [{ path, facts }], media, cache, signal, onFraction() {} });
  const stage = buildStage(film.storyboard, film.understanding, film.turn);
  const actor = actorOf(stage, 0);
  assert.ok(actor !== undefined);
  const drawn = pictureAt(stage, actor, 0);
  const shadow = stage.bitmaps[actor.views[0]?.shadow?.bitmap ?? -1];
  assert.ok(drawn !== undefined && shadow !== undefined);
  return { ...film, drawn, shadow, outline: outlineAt(stage, actor, 0).outline };
}

/** The share of the product's box that is neither nearly opaque nor outside of it. */
function clearShare({
  width,
  height,
  data,
}: Pick<StageBitmap, 'width' | 'height'> & { data: Uint8ClampedArray }) {
  let clear = 0;
  for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 0 && (data[at] ?? 0) < 128) clear++;
  return clear / (width * height);
}

test('clear glass is see-through where the prompt says glass, and the storyboard can take it back', async () => {
  const prompt = 'A candle in clear glass on terracotta';
  const glass = await filmed(prompt);
  assert.deepEqual(glass.storyboard.clearGlass, [1]);
  assert.ok(clearShare(glass.drawn) > 0.1, `${clearShare(glass.drawn)}`);

  const again = await filmed('', glass.storyboard);
  assert.deepEqual(again.storyboard, glass.storyboard);
  assert.deepEqual(again.drawn, glass.drawn, 'the same film from its storyboard alone');

  const { clearGlass: _, ...without } = glass.storyboard;
  const opaque = await filmed(prompt, without);
  assert.deepEqual(opaque.storyboard, without);
  assert.ok(clearShare(opaque.drawn) < 0.05, `${clearShare(opaque.drawn)}`);

  // What judges and grounds a product goes by its whole outline, glass and all.
  assert.deepEqual(glass.outline, opaque.outline);
  assert.deepEqual(glass.shadow, opaque.shadow);

  const unsaid = await filmed('A candle on terracotta');
  assert.equal(unsaid.storyboard.clearGlass, undefined);
  assert.deepEqual({ ...unsaid.drawn, placed: 0 }, { ...opaque.drawn, placed: 0 });
});
