import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pixelAt, solidFrame } from '../../../test/fixtures/media/pictures.ts';
import { loudness, tones } from '../../../test/fixtures/media/sounds.ts';
import type { Capabilities, ReferenceLimits } from '../../domain/capabilities.ts';
import type { ReferenceFile } from '../../domain/engine.ts';
import { AppError } from '../../domain/errors.ts';
import type { MediaFacts, MediaKind } from '../../domain/media-facts.ts';
import type { Note } from '../../domain/plan.ts';
import { planGeneration } from '../../domain/plan-generation.ts';
import type { EndpointName, Reference } from '../../domain/request.ts';
import { capabilities as simulated } from '../../engines/simulated/capabilities.ts';
import { diskFiles } from '../../files/disk.ts';
import { createMedia } from '../../media/create-media.ts';
import type { PipelineDeps } from '../deps.ts';
import { prepareReferences } from './prepare-references.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-adapt-'));
after(() => rm(folder, { recursive: true }));
const media = createMedia({});
const files = diskFiles(join(folder, 'files'));

/** A file as the account has it, with what was measured at its upload. */
async function kept(path: string, facts: MediaFacts): Promise<Reference> {
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const copy = join(folder, `copy-of-${sha256}`);
  await copyFile(path, copy);
  await files.keep(sha256, copy);
  return { kind: facts.kind, position: 1, sha256, facts };
}

const picture = (width: number, height: number, contentType = 'image/jpeg'): MediaFacts => ({
  kind: 'image',
  contentType,
  width,
  height,
});
const mug = await kept('test/fixtures/mug.jpg', picture(1_280, 1_280));
const song = await kept('test/fixtures/media/sound.flac', {
  kind: 'audio',
  contentType: 'audio/flac',
  durationSeconds: 0.4,
  audioCodec: 'flac',
});

let prepared = 0;

/** Plans a request for an engine with these limits, and makes its references ready as the pipeline does. */
async function prepare(
  references: Reference[],
  limits: Partial<Record<MediaKind, ReferenceLimits>>,
  options: {
    endpoint?: EndpointName;
    publicUrl?: string;
    maxTotalBytes?: Capabilities['maxTotalBytes'];
    media?: PipelineDeps['media'];
  } = {},
): Promise<{ references: ReferenceFile[]; planned: Note[]; notes: Note[] }> {
  const { endpoint = 'reference-to-video', publicUrl } = options;
  const capabilities = {
    ...simulated,
    references: limits,
    ...(options.maxTotalBytes === undefined ? {} : { maxTotalBytes: options.maxTotalBytes }),
    firstFrame: 'shaped' as const,
    travel: { image: ['upload' as const], video: ['upload' as const], audio: ['upload' as const] },
  };
  const request = {
    endpoint,
    prompt: 'x',
    references,
    durationSeconds: 5,
    aspectRatio: '16:9' as const,
    generateAudio: true,
  };
  const planned = planGeneration({ request, engine: 'some', capabilities, freshSeed: 1, publicFiles: false });
  if (planned.status === 'refused') return assert.fail(JSON.stringify(planned.faults));
  prepared += 1;
  const scratch = join(folder, `scratch-${prepared}`);
  await mkdir(scratch);
  const given = await prepareReferences(
    { files, media: options.media ?? media, referenceUrl: () => publicUrl },
    {
      generation: { id: 'gen_1', plan: planned.plan },
      engine: { capabilities },
      folder: scratch,
      signal: new AbortController().signal,
    },
  );
  return { ...given, planned: planned.plan.adjustments.filter(({ code }) => code === 'reference_adapted') };
}

async function measured({ path, facts }: ReferenceFile): Promise<MediaFacts> {
  const probed = await media.probe(path);
  if (probed.status === 'unreadable') return assert.fail(probed.reason);
  const { contentType, width, height, videoCodec } = probed.facts;
  assert.deepEqual(
    { contentType, width, height, videoCodec },
    {
      contentType: facts.contentType,
      width: facts.width,
      height: facts.height,
      videoCodec: facts.videoCodec,
    },
    'it is what the engine was told',
  );
  return probed.facts;
}

/** A film of one colour with a brighter square in the middle, and a tone on each side. */
async function filmOf(seconds: number): Promise<string> {
  const path = join(folder, `film-${seconds}.mp4`);
  const [width, height, fps] = [320, 180, 10];
  const encoder = await media.encode({ path, width, height, fps, sound: tones(seconds) });
  for (let frame = 0; frame < seconds * fps; frame++)
    await encoder.write(solidFrame({ width, height, yuv: [63, 102, 240], square: 200 }));
  await encoder.finish();
  return path;
}

test('hands over as it is what the engine takes', async () => {
  const { references, planned, notes } = await prepare([mug], {}, { publicUrl: 'https://kinora.example/x' });
  assert.deepEqual(references, [
    { path: await files.localPath(mug.sha256), facts: mug.facts, publicUrl: 'https://kinora.example/x' },
  ]);
  assert.deepEqual([planned, notes], [[], []]);
});

test('turns a picture into a JPEG of the size that the engine takes, told with the plan', async () => {
  const { width = 0, height = 0 } = mug.facts;
  const most = Math.round(Math.max(width, height) / 3);
  const limits = { image: { contentTypes: ['image/png', 'image/jpeg'], sidePixels: { least: 16, most } } };
  const { references, planned, notes } = await prepare([mug], limits, {
    publicUrl: 'https://kinora.example/x',
  });
  const [file] = references;
  assert.ok(file !== undefined);
  const facts = await measured(file);
  assert.equal(Math.max(facts.width ?? 0, facts.height ?? 0), most);
  assert.equal(file.publicUrl, undefined, 'the address is that of the file as it was');
  assert.match(planned[0]?.message ?? '', /^Image 1 is scaled from/);
  assert.equal(planned[0]?.pointer, '/reference_images/0');
  assert.deepEqual(notes, []);
});

test('cuts a first frame to the shape of the video, at its centre', async () => {
  const path = join(folder, 'half.jpg');
  const [width, height] = [100, 300];
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(y < 100 || y >= 200 ? [255, 0, 0] : [0, 0, 255], (y * width + x) * 4);
  await media.encodeStill({ width, height, data }, { path, quality: 95 });
  const { references } = await prepare(
    [{ ...(await kept(path, picture(width, height))), role: 'first_frame' }],
    {},
    { endpoint: 'image-to-video' },
  );
  const [file] = references;
  assert.ok(file !== undefined);
  assert.deepEqual([file.facts.width, file.facts.height], [1280, 720]);
  await measured(file);
  const bitmap = await media.decodeImage(file.path, { maxSide: 1_280 });
  for (const down of [0.02, 0.5, 0.98]) {
    const [red, , blue] = pixelAt(bitmap, 0.5, down);
    assert.ok(blue > 200 && red < 60, `only the middle is left: ${red}, ${blue} at ${down}`);
  }
});

test('turns a clip of a foreign format into H.264, with its length and rate', async () => {
  const facts: MediaFacts = {
    kind: 'video',
    contentType: 'video/webm',
    width: 64,
    height: 36,
    durationSeconds: 0.999,
    fps: 24,
    videoCodec: 'vp9',
    audioCodec: 'opus',
    audioDurationSeconds: 1,
  };
  const clip = await kept('test/fixtures/media/clip-vp9.webm', facts);
  const limits = { video: { contentTypes: ['video/mp4'], videoCodecs: ['h264'] } };
  const { references } = await prepare([clip], limits);
  const [file] = references;
  assert.ok(file !== undefined);
  const now = await measured(file);
  assert.ok(Math.abs((now.durationSeconds ?? 0) - (facts.durationSeconds ?? 0)) < 0.1);
  assert.ok(Math.abs((now.fps ?? 0) - (facts.fps ?? 0)) < 0.1);
});

test('shortens and shrinks a clip, and keeps its colours and the sides of its sound', async () => {
  const film = await kept(await filmOf(4), {
    kind: 'video',
    contentType: 'video/mp4',
    width: 320,
    height: 180,
    durationSeconds: 4,
    fps: 10,
    videoCodec: 'h264',
    audioCodec: 'aac',
    audioDurationSeconds: 4,
  });
  const limits = { video: { seconds: { least: 1, most: 2 }, sidePixels: { least: 16, most: 160 } } };
  const { references, planned } = await prepare([film], limits);
  const [file] = references;
  assert.ok(file !== undefined);
  const facts = await measured(file);
  assert.deepEqual([facts.width, facts.height], [160, 90]);
  assert.ok(Math.abs((facts.durationSeconds ?? 0) - 2) < 0.11, `it lasts ${facts.durationSeconds} s`);
  const first = { width: 160, height: 90, fps: 10, startSeconds: 0, seconds: 0.1 };
  for await (const data of media.decodeVideo(file.path, first)) {
    const [red, green, blue] = pixelAt({ width: 160, height: 90, data }, 0.1, 0.1);
    assert.ok(red > 230 && green < 25 && blue < 25, `the ground is red: ${red}, ${green}, ${blue}`);
  }
  const { left, right } = await media.decodeAudio(file.path, { maxSeconds: 10 });
  assert.ok(Math.abs(loudness(left) / loudness(right) - 2) < 0.3);
  assert.ok(left.length < 2.2 * 48_000);
  assert.match(
    planned[0]?.message ?? '',
    /scaled from 320 × 180 to 160 × 90 pixels, shortened from 4\.0 s to its first 2 s/,
  );
});

test('turns a sound into a WAV, shortened', async () => {
  const most = Math.floor((song.facts.durationSeconds ?? 0) * 5) / 10;
  const limits = { audio: { contentTypes: ['audio/wav'], seconds: { least: 0.1, most } } };
  const { references } = await prepare([mug, song], limits);
  const file = references[1];
  assert.ok(file !== undefined);
  const facts = await measured(file);
  assert.ok(Math.abs((facts.durationSeconds ?? 0) - most) < 0.02);
});

test('makes a file smaller that has too many bytes, and tells so afterwards', async () => {
  const path = join(folder, 'noise.jpg');
  const [width, height] = [800, 600];
  const data = Buffer.alloc(width * height * 4, 255);
  let state = 1;
  for (let at = 0; at < data.length; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    if (at % 4 !== 3) data[at] = state >> 16;
  }
  await media.encodeStill({ width, height, data }, { path, quality: 100 });
  const { references, planned, notes } = await prepare([await kept(path, picture(width, height))], {
    image: { maxBytes: 100_000 },
  });
  const [file] = references;
  assert.ok(file !== undefined);
  const { size } = await stat(file.path);
  assert.ok(size <= 100_000 && size > 20_000, `${size} bytes`);
  await measured(file);
  assert.deepEqual(planned, []);
  assert.match(
    notes[0]?.message ?? '',
    /^Image 1 was larger than the 100,000 bytes that the engine takes, and went to it as image\/jpeg of \d+ × \d+ pixels/,
  );
});

test('says which reference nothing helps with', async () => {
  const unable = prepare([mug, song], { audio: { maxBytes: 1_000 } });
  await assert.rejects(unable, (error) => error instanceof AppError && error.code === 'reference_too_large');
  const broken = join(folder, 'broken');
  await writeFile(broken, 'no media');
  const sha256 = createHash('sha256').update('no media').digest('hex');
  await files.keep(sha256, broken);
  const reference: Reference = { kind: 'image', position: 1, sha256, facts: picture(10, 10, 'image/gif') };
  const unreadable = prepare([reference], { image: { contentTypes: ['image/jpeg'] } });
  await assert.rejects(
    unreadable,
    (error) => error instanceof AppError && error.code === 'reference_unreadable',
  );
});

test('blames no reference for what this machine cannot do', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  const limits = { image: { contentTypes: ['image/jpeg'], sidePixels: { least: 16, most: 300 } } };
  const broken = { ...media, encodeStill: () => Promise.reject(full) };
  await assert.rejects(prepare([mug], limits, { media: broken }), (error) => error === full);
});

test('makes all of a kind smaller that have too many bytes together', async () => {
  const bytes = (await stat(await files.localPath(mug.sha256))).size;
  const both = [mug, { ...mug, position: 2 }];
  const whole = await prepare(both, { image: {} }, { maxTotalBytes: { image: 2 * bytes } });
  assert.deepEqual(whole.notes, []);
  const { references, notes } = await prepare(both, { image: {} }, { maxTotalBytes: { image: bytes } });
  const sizes = await Promise.all(references.map(async ({ path }) => (await stat(path)).size));
  assert.ok(
    sizes.every((size) => size <= bytes / 2),
    `${sizes} of ${bytes}`,
  );
  assert.equal(notes.length, 2);
});
