import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLocalEngine } from '../../src/engines/local/index.ts';
import { contextIn, newHome, smallFilm } from './engine-small-film.ts';

let home = '';
before(async () => {
  home = await newHome();
});
after(() => rm(home, { recursive: true, force: true }));

test('tells how far it is by frames, never less than before, and once that it is done', async () => {
  const { plan, references } = smallFilm(['mug', 'logo', 'music']);
  const context = await contextIn(home, { references });
  const result = await createLocalEngine({ slots: 1 }).render(plan, context);
  assert.equal(result.status, 'done');
  const { heard } = context;
  for (const [index, { fraction }] of heard.entries())
    assert.ok(
      fraction >= (heard[index - 1]?.fraction ?? 0) && fraction <= 1,
      `${fraction} at report ${index}`,
    );
  assert.equal(heard.filter(({ fraction }) => fraction === 1).length, 1);
  assert.equal(heard.at(-1)?.fraction, 1);
  const frames = plan.durationSeconds * 24;
  const rendering = heard.filter(({ phase }) => phase === 'render');
  assert.ok(rendering.length >= frames / 6, `${rendering.length} reports for ${frames} frames`);
  const fractions = rendering.map(({ fraction }) => fraction);
  assert.equal(new Set(fractions).size, fractions.length, 'each report is of other frames');
});

test('understands a product once: the second film of it decodes and cuts out nothing, and is the same', {
  timeout: 240_000,
}, async () => {
  const engine = createLocalEngine({ slots: 1, cacheFolder: join(home, 'cache') });
  const { plan, references } = smallFilm(['mug', 'logo', 'orbit'], {
    generateAudio: false,
    // Where x264 codes the same frames to the same bytes, see determinism.test.ts.
    width: 640,
    height: 360,
  });
  const hashed = plan.references.map((reference, index) => ({ ...reference, sha256: `${index}`.repeat(64) }));
  const known = { ...plan, references: hashed };
  const first = await engine.render(known, await contextIn(home, { references }));
  const without = references.map((file, index) =>
    file.facts.kind === 'image' ? { ...file, path: join(home, `gone-${index}.jpg`) } : file,
  );
  const second = await engine.render(known, await contextIn(home, { references: without }));
  assert.ok(first.status === 'done', JSON.stringify(first));
  assert.ok(second.status === 'done', 'the photos are not even opened');
  assert.deepEqual(second.storyboard, first.storyboard);
  assert.deepEqual(second.notes, first.notes);
  const films = await Promise.all([first, second].map(({ videoPath }) => readFile(videoPath)));
  assert.ok(films[0]?.equals(films[1] ?? Buffer.alloc(0)));
});
