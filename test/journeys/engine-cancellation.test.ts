import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../src/domain/engine.ts';
import { createLocalEngine } from '../../src/engines/local/index.ts';
import { contextIn, newHome, smallFilm } from './engine-small-film.ts';

let home = '';
before(async () => {
  home = await newHome();
});
after(() => rm(home, { recursive: true, force: true }));

/** Codecs of a render that are still running, whoever their parent is by now: they work in its folder. */
async function codecsOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const file = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    if ((await file('environ')).includes(`TMPDIR=${folder}`)) found.push(await file('cmdline'));
  }
  return found;
}

/** Direct children of this process that are still running. */
async function children(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    if (new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(status) && !/^State:\s+Z/m.test(status))
      found.push(status);
  }
  return found;
}

/** When to abort: so many milliseconds after the start, or as soon as a phase is heard of. */
const moments: (number | Progress['phase'])[] = [
  0,
  150,
  500,
  1_000,
  'understand',
  'storyboard',
  'sound',
  'render',
  'encode',
];

/** Long after anything is understood: there, it may as well be known from the film before. */
const late: readonly (typeof moments)[number][] = ['sound', 'render', 'encode'];

for (const moment of moments)
  test(`stops within a second when aborted ${typeof moment === 'number' ? `after ${moment} ms` : `at "${moment}"`}`, {
    skip: process.platform !== 'linux',
  }, async () => {
    const { plan, references } = smallFilm(['mug', 'orbit', 'music']);
    const cacheFolder = join(home, `cache-${late.includes(moment) ? 'storyboard' : moment}`);
    const engine = createLocalEngine({ slots: 1, cacheFolder });
    const abort = new AbortController();
    const reason = new Error('The generation was canceled.');
    let abortedMs = 0;
    const stop = () => {
      if (abort.signal.aborted) return;
      abortedMs = performance.now();
      abort.abort(reason);
    };
    const context = await contextIn(home, {
      references,
      signal: abort.signal,
      onProgress: ({ phase }) => phase === moment && stop(),
    });
    const rendering = engine.render(plan, context);
    if (typeof moment === 'number') void sleep(moment).then(stop);
    await assert.rejects(rendering, reason);
    const tookMs = performance.now() - abortedMs;
    assert.ok(abortedMs > 0 && tookMs < 1_000, `it took ${tookMs} ms`);
    assert.deepEqual(await children(), []);
    assert.deepEqual(await codecsOf(context.directory), []);
    assert.ok(!(await readdir(context.directory)).includes('video.mp4'));
    const heard = context.heard.length;
    const kept = await readdir(cacheFolder).catch(() => []);
    assert.ok(
      kept.every((name) => /^[\da-f]{32}-[\da-f]{64}$/.test(name)),
      `only whole assets are kept, not ${kept}`,
    );
    await sleep(300);
    assert.equal(context.heard.length, heard, 'nothing is heard of it afterwards');
  });

test('sees the codecs of a render while it runs, or the tests above would prove nothing', {
  skip: process.platform !== 'linux',
}, async () => {
  const { plan, references } = smallFilm(['mug'], {
    generateAudio: false,
    // Large enough that the encoder still has work when it is looked for.
    width: 1280,
    height: 720,
    durationSeconds: 8,
  });
  const abort = new AbortController();
  let seen: Promise<string[]> | undefined;
  const context = await contextIn(home, {
    references,
    signal: abort.signal,
    onProgress: ({ phase }) => {
      if (phase !== 'render') return;
      seen ??= codecsOf(context.directory).finally(() => abort.abort());
    },
  });
  // The mug is known from the films before.
  const engine = createLocalEngine({ slots: 1, cacheFolder: join(home, 'cache-storyboard') });
  await assert.rejects(engine.render(plan, context));
  assert.equal((await seen)?.length, 1, 'the encoder');
});
