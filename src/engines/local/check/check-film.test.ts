import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCanvas } from '@napi-rs/canvas';
import type { Check, CheckName } from '../../../domain/check.ts';
import type { MediaFacts } from '../../../domain/media-facts.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { Caption } from '../../../domain/storyboard.ts';
import { createMedia } from '../../../media/create-media.ts';
import { type Sound, soundRate } from '../../../media/media.ts';
import { planFilm } from '../plan-film.ts';
import { createPainter } from '../render/painter.ts';
import { mixSound } from '../sound/mix.ts';
import { buildStage } from '../stage/build-stage.ts';
import { readBack } from '../stage/read-back.ts';
import { checkFilm, failureMessage } from './check-film.ts';
import { emptySet } from './empty-set.ts';
import type { FinishedFilm } from './finished-film.ts';

const media = createMedia();
const mug = fileURLToPath(new URL('../../../../test/fixtures/local/mug.jpg', import.meta.url));
const facts: MediaFacts = { kind: 'image', contentType: 'image/jpeg', width: 512, height: 512 };
const { signal } = new AbortController();
const [side, seconds] = [240, 2];
let folder = '';
let honest: FinishedFilm;
let frames: Buffer[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-check-'));
  honest = await planned('The mug, push in');
  frames = paint(honest);
  await write(honest, frames);
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

let films = 0;

/** A film of product photos, planned and staged, but not yet on disk. */
async function planned(prompt: string, photos: readonly string[] = [mug]): Promise<FinishedFilm> {
  const plan: Plan = {
    engine: 'local',
    model: 'kinora-studio-1',
    endpoint: 'reference-to-video',
    prompt,
    references: photos.map((_, index) => ({
      kind: 'image',
      position: index + 1,
      fileId: `file_${index + 1}`,
      sha256: '',
      facts,
    })),
    durationSeconds: seconds,
    aspectRatio: '1:1',
    width: side,
    height: side,
    seed: 3,
    generateAudio: true,
    adjustments: [],
  };
  const references = photos.map((path) => ({ path, facts }));
  const { storyboard, understanding, turn } = await planFilm({
    plan,
    references,
    media,
    signal,
    onFraction: () => undefined,
  });
  const mix = mixSound({ seconds, seed: 3, cues: storyboard.sound, sounds: [] });
  assert.ok(mix !== undefined, 'the film has a bed');
  return {
    path: join(folder, `film-${++films}.mp4`),
    storyboard,
    storyboardIsGiven: false,
    understanding,
    stage: buildStage(storyboard, understanding, turn),
    mix,
    media,
    signal,
  };
}

function paint({ storyboard, stage }: FinishedFilm): Buffer[] {
  const painter = createPainter(storyboard, stage);
  return Array.from({ length: storyboard.frames }, (_, frame) => {
    const i420 = Buffer.alloc((side * side * 3) / 2);
    painter.paint(frame, [], i420);
    return i420;
  });
}

async function write({ path, mix }: FinishedFilm, pictures: readonly Buffer[]): Promise<void> {
  const encoder = await media.encode({
    path,
    width: side,
    height: side,
    fps: 24,
    ...(mix === undefined ? {} : { sound: mix }),
  });
  for (const picture of pictures) await encoder.write(picture);
  await encoder.finish();
}

/** The honest film's promises, held against other pictures or another sound. */
async function checked(pictures: readonly Buffer[], changes: Partial<FinishedFilm> = {}): Promise<Check[]> {
  const film = { ...honest, ...changes, path: join(folder, `film-${++films}.mp4`) };
  await write(film, pictures);
  return await checkFilm(film);
}

/** The one check that failed. */
function failure(checks: readonly Check[], name: CheckName): string {
  const failed = checks.filter(({ status }) => status === 'failed');
  assert.deepEqual(
    failed.map((check) => check.name),
    [name],
    JSON.stringify(checks, null, 1),
  );
  return failed[0]?.message ?? '';
}

const silence = (): Sound => ({
  left: new Float32Array(seconds * soundRate),
  right: new Float32Array(seconds * soundRate),
});

test('an honest film passes all that it promises', async () => {
  const checks = await checkFilm(honest);
  assert.deepEqual(
    checks.map(({ name, status }) => `${name} ${status}`),
    [
      'duration',
      'size',
      'codecs',
      'fast_start',
      'black',
      'frozen',
      'sound',
      'loudness',
      'product_visible',
      'product_uncut',
      'product_colour',
    ].map((name) => `${name} passed`),
    JSON.stringify(checks, null, 1),
  );
  const colour = checks.find(({ name }) => name === 'product_colour');
  assert.ok((colour?.measured ?? 9) < 2.5, `the mug is off by ${colour?.measured}`);
});

test('a black stretch fails, with its beginning and end', async () => {
  const black = Buffer.alloc((side * side * 3) / 2, 128).fill(16, 0, side * side);
  const pictures = frames.map((frame, index) => (index >= 26 && index < 32 ? black : frame));
  const checks = await checked(pictures);
  assert.match(failure(checks, 'black'), /black from 1\.08 s to 1\.33 s: a mean luma of 0\.0/);
  const [failed] = checks.filter(({ status }) => status === 'failed');
  assert.ok(failed !== undefined);
  assert.match(
    failureMessage(failed),
    /^The film did not pass its own check of black\. It is black from 1\.08 s/,
  );
});

test('a stretch that stands still while the camera moves fails, a still one under a resting camera does not', async () => {
  const stuck = frames.map((frame, index) => (index >= 14 && index < 34 ? (frames[14] ?? frame) : frame));
  const said = failure(await checked(stuck), 'frozen');
  assert.match(said, /stands still from 0\.5\d s to 1\.[34]\d s, though camera and subject move the picture/);

  const resting = await planned('The mug, static shot');
  const [still] = paint(resting);
  assert.ok(still !== undefined);
  await write(
    resting,
    Array.from({ length: resting.storyboard.frames }, () => still),
  );
  const frozen = (await checkFilm(resting)).find(({ name }) => name === 'frozen');
  assert.equal(frozen?.status, 'passed', frozen?.message);
});

test('a set without its product fails as missing', async () => {
  const empty = paint({ ...honest, stage: emptySet(honest.stage, new Set([0, 1, 2, 3])) });
  const checks = await checked(empty);
  const visible = checks.find(({ name }) => name === 'product_visible');
  assert.equal(visible?.status, 'failed');
  assert.match(visible.message, /^At [\d.]+ s the product of shot 1 is missing: only \d+ % of it/);
  assert.equal(visible.pointer, '/shots/0');
});

test('a tinted film fails the colours of its product', async () => {
  const tinted = frames.map((frame) => {
    const copy = Buffer.from(frame);
    const plane = (side / 2) ** 2;
    for (let index = side * side; index < side * side + plane; index++) {
      copy[index] = Math.min(240, (copy[index] ?? 0) + 14);
      copy[index + plane] = Math.max(16, (copy[index + plane] ?? 0) - 14);
    }
    return copy;
  });
  const said = failure(await checked(tinted), 'product_colour');
  assert.match(
    said,
    /the product of shot 1 is off its photo's colours: a median ΔE2000 of \d+\.\d, more than 5/,
  );
});

test('a silent track fails where a bed was promised, and its loudness with it', async () => {
  const pictures = frames;
  const film = { ...honest, path: join(folder, `film-${++films}.mp4`) };
  await write({ ...film, mix: silence() }, pictures);
  const failed = (await checkFilm(film)).filter(({ status }) => status === 'failed');
  assert.deepEqual(
    failed.map(({ name }) => name),
    ['sound', 'loudness'],
  );
  assert.match(failed[0]?.message ?? '', /silent \(below -50 dBFS\) from 0 s on: heard in only 0 %/);
  assert.ok(failed.every(({ measured = 0 }) => Number.isFinite(measured)));
});

test('a track half as loud as mixed fails its loudness, one mixed quiet and said so does not', async () => {
  const softer = {
    left: honest.mix?.left.map(half) ?? new Float32Array(),
    right: honest.mix?.right.map(half) ?? new Float32Array(),
  };
  const film = { ...honest, path: join(folder, `film-${++films}.mp4`) };
  await write({ ...film, mix: softer }, frames);
  assert.match(
    failure(await checkFilm(film), 'loudness'),
    /is -20\.\d LUFS, -[\d.]+ dBTP instead of -14\.0 ± 1/,
  );
  const declared = await checkFilm({ ...film, mix: softer });
  assert.equal(declared.find(({ name }) => name === 'loudness')?.status, 'passed');
});

const half = (sample: number) => sample / 2;

test('a film of the wrong length fails, and so does one without its sound', async () => {
  const short = await checked(frames.slice(0, 40));
  const duration = short.find(({ name }) => name === 'duration');
  assert.equal(duration?.status, 'failed');
  assert.match(duration.message, /^It lasts [\d.]+ s in 40 frames instead of 2 s in 48\.$/);

  const film = { ...honest, path: join(folder, `film-${++films}.mp4`) };
  const { mix: _, ...silent } = film;
  await write(silent, frames);
  const codecs = (await checkFilm(film)).find(({ name }) => name === 'codecs');
  assert.deepEqual(
    [codecs?.status, codecs?.message],
    ['failed', 'It holds h264 and no sound instead of h264 and aac.'],
  );
});

test('a file that is no film fails as unreadable', async () => {
  const [only, ...others] = await checkFilm({ ...honest, path: join(folder, 'nothing.mp4') });
  assert.deepEqual(
    [only?.name, only?.status, only?.message, others],
    ['codecs', 'failed', 'The film cannot be read: there is no such file.', []],
  );
});

/** A line of plain bars on the stage, with its left end at `x` of the frame. */
function withCaption(x: number, colour: string): FinishedFilm {
  const cue: Caption = {
    text: 'Bars',
    style: 'caption',
    place: 'upper',
    family: 'sans',
    motion: 'fade',
    startSeconds: 0.2,
    endSeconds: 1.8,
  };
  const canvas = createCanvas(80, 20);
  const context = canvas.getContext('2d');
  context.fillStyle = colour;
  for (let bar = 4; bar < 76; bar += 12) context.fillRect(bar, 2, 6, 16);
  const bitmaps = [...honest.stage.bitmaps, readBack(canvas)];
  const line = { bitmap: bitmaps.length - 1, x, y: 20, width: 80, top: 20, bottom: 40, stops: [80] };
  return {
    ...honest,
    path: join(folder, `film-${++films}.mp4`),
    storyboard: { ...honest.storyboard, captions: [cue] },
    stage: { ...honest.stage, bitmaps, captions: [{ cue, direction: 'ltr', lines: [line] }] },
  };
}

test('a caption beyond the safe area fails, by how much and when; inside it passes', async () => {
  const outside = withCaption(2, '#101010');
  await write(outside, paint(outside));
  const said = failure(await checkFilm(outside), 'captions_safe');
  assert.match(said, /^At 0\.\d+ s the caption "Bars" reaches 9 px beyond the safe area\.$/);

  const inside = withCaption(80, '#101010');
  await write(inside, paint(inside));
  const safe = (await checkFilm(inside)).find(({ name }) => name === 'captions_safe');
  assert.equal(safe?.status, 'passed', safe?.message);
  assert.ok((safe.measured ?? 0) > 4.5);
});

test('a caption as pale as the wall behind it is for a person to look at', async () => {
  const pale = withCaption(80, honest.storyboard.set.wall);
  await write(pale, paint(pale));
  const safe = (await checkFilm(pale)).find(({ name }) => name === 'captions_safe');
  assert.equal(safe?.status, 'warning');
  assert.match(safe.message, /the caption "Bars" has a contrast of 1\.\d to what is around it/);
  assert.equal(safe.pointer, '/captions/0');
});

test('a product that is framed whole but stands at the border fails as cut, or warns where the caller framed it', async () => {
  const { storyboard } = honest;
  const [shot, ...others] = storyboard.shots;
  assert.ok(shot !== undefined);
  const keys = shot.camera.keys.map((key) => ({ ...key, pan: 0.3 }));
  const panned = { ...shot, camera: { ...shot.camera, keys } };
  const film = { ...honest, storyboard: { ...storyboard, shots: [panned, ...others] } };
  const pictures = paint(film);
  const checks = await checked(pictures, { storyboard: film.storyboard });
  assert.match(
    failure(checks, 'product_uncut'),
    /^At [\d.]+ s the product of shot 1 reaches [\d.]+ % of the short side beyond the frame\.$/,
  );
  const given = await checked(pictures, { storyboard: film.storyboard, storyboardIsGiven: true });
  assert.equal(given.find(({ name }) => name === 'product_uncut')?.status, 'warning');
});

test('products are found where a rolled camera shows them', async () => {
  const { storyboard } = honest;
  const shots = storyboard.shots.map((shot) => ({
    ...shot,
    camera: {
      ...shot.camera,
      keys: shot.camera.keys.map((key) => ({ ...key, rollDegrees: 14, dolly: -0.3 })),
    },
  }));
  const rolled = { ...storyboard, shots };
  const checks = await checked(paint({ ...honest, storyboard: rolled }), { storyboard: rolled });
  const measured = (name: CheckName) => checks.find((check) => check.name === name)?.measured ?? Number.NaN;
  assert.ok(measured('product_visible') > 0.97, `${measured('product_visible')} of it is seen`);
  assert.ok(measured('product_colour') < 2.5, `it is off by ${measured('product_colour')}`);
});

test('a turn from one photo to another passes, and each end is held against its own photo', async () => {
  const photo = (name: string) =>
    fileURLToPath(new URL(`../../../../examples/halden/products/MUG-01/${name}.jpg`, import.meta.url));
  const turning = await planned('The mug rotates', [photo('3'), photo('4')]);
  assert.ok(turning.storyboard.shots.some(({ subject }) => subject.kind === 'turntable'));
  await write(turning, paint(turning));
  const checks = await checkFilm(turning);
  assert.deepEqual(
    checks.filter(({ status }) => status !== 'passed'),
    [],
  );
  const colour = checks.find(({ name }) => name === 'product_colour')?.measured ?? 9;
  assert.ok(colour < 2.5, `the mug is off by ${colour}`);
});
