import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ReferenceFile } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import { storyboardFps as fps, type Storyboard } from '../../domain/storyboard.ts';
import { createMedia } from '../../media/create-media.ts';
import { makeFilm } from './make-film.ts';

const media = createMedia();
const root = new URL('../../../', import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, root));
const seconds = 8;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-beats-'));
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const pictures = [
  'products/MUG-01/5.jpg',
  'brand/halden-style-1-terracotta.jpg',
  'brand/halden-style-3-green.jpg',
  'products/LAMP-04/5.jpg',
  'brand/halden-style-2-sand.jpg',
].map((path) => at(`examples/halden/${path}`));

/** The kicks of both tracks stand on these, the first at 0 (they were made so). */
const tracks = [
  { bpm: 96, path: at('examples/halden/audio/music-96bpm.m4a') },
  { bpm: 120, path: at('test/fixtures/local/sound/music-120bpm.m4a') },
];

for (const { bpm, path } of tracks)
  test(`cuts the finished film within 40 ms of a beat of its own music: ${bpm} beats a minute`, async () => {
    const references: ReferenceFile[] = [];
    for (const file of [...pictures, path]) {
      const probed = await media.probe(file);
      assert.ok(probed.status === 'readable');
      references.push({ path: file, facts: probed.facts });
    }
    const plan: Plan = {
      engine: 'local',
      model: 'kinora-studio-2',
      endpoint: 'reference-to-video',
      prompt: 'static shots, hard cuts on the beat of @Audio1',
      references: references.map(({ facts }, index) => ({
        kind: facts.kind,
        position: facts.kind === 'audio' ? 1 : index + 1,
        sha256: '',
        facts,
        ...(facts.kind === 'image' ? { role: 'scene' as const } : {}),
      })),
      durationSeconds: seconds,
      aspectRatio: '16:9',
      width: 160,
      height: 90,
      seed: 1,
      generateAudio: true,
      adjustments: [],
    };
    const directory = join(folder, `${bpm}`);
    await mkdir(directory);
    const signal = new AbortController().signal;
    const film = await makeFilm({ plan, references, directory, media, signal, onProgress: () => undefined });
    assert.ok(film.status === 'done', JSON.stringify(film));
    const { sound, beats } = film.storyboard as unknown as Storyboard;
    assert.ok(Math.abs((beats?.bpm ?? 0) / bpm - 1) < 0.01, `heard ${beats?.bpm} beats a minute`);
    const music = sound.find(({ kind }) => kind === 'music');
    assert.ok(music?.kind === 'music');
    const cuts = await cutsOf(film.videoPath);
    assert.equal(cuts.length, pictures.length - 1, `cuts at ${cuts.join(', ')} s`);
    for (const cut of cuts) {
      const inTrack = cut + music.fromSeconds;
      const away = Math.abs(inTrack - (Math.round((inTrack * bpm) / 60) * 60) / bpm);
      assert.ok(away < 0.04, `the cut at ${cut} s is ${Math.round(away * 1_000)} ms from a beat`);
    }
  });

/** Where a picture has little to do with the one before it. */
async function cutsOf(path: string): Promise<number[]> {
  const cuts: number[] = [];
  let before: Buffer | undefined;
  let frame = 0;
  for await (const picture of media.decodeVideo(path, {
    width: 32,
    height: 18,
    fps,
    startSeconds: 0,
    seconds,
  })) {
    if (before !== undefined && difference(before, picture) > 25) cuts.push(frame / fps);
    before = Buffer.from(picture);
    frame++;
  }
  return cuts;
}

function difference(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  return sum / one.length;
}
