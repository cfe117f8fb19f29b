import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ReferenceFile, RenderResult } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import { storyboardFps as fps, type Storyboard } from '../../domain/storyboard.ts';
import { createMedia } from '../../media/create-media.ts';
import { makeFilm } from './make-film.ts';

const media = createMedia();
const mug: ReferenceFile = {
  path: fileURLToPath(new URL('../../../test/fixtures/local/mug.jpg', import.meta.url)),
  facts: { kind: 'image', contentType: 'image/jpeg', width: 512, height: 512 },
};
const side = 160;
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-film-'));
});
// An encoder that was given up removes its unfinished file in its own time.
after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const clipFrames = 24;
/** Luma of a clip's left half: brighter by the same step every frame, so that a picture tells its number. */
const rising = (frame: number) => 40 + frame * 8;

/** One second of a clip; `paint` gives luma, U and V of the left and of the right half. */
async function makeClip(
  name: string,
  size: { width: number; height: number },
  paint: (frame: number) => { left: Yuv; right: Yuv },
): Promise<ReferenceFile> {
  const { width, height } = size;
  const path = join(folder, name);
  const encoder = await media.encode({ path, width, height, fps });
  for (let frame = 0; frame < clipFrames; frame++) {
    const { left, right } = paint(frame);
    const planes = left.map((_, plane) => {
      const [across, down] = plane === 0 ? [width, height] : [width / 2, height / 2];
      const row = Buffer.alloc(across, right[plane]).fill(left[plane] ?? 0, 0, across / 2);
      return Buffer.concat(Array.from({ length: down }, () => row));
    });
    await encoder.write(Buffer.concat(planes));
  }
  await encoder.finish();
  return { path, facts: { kind: 'video', contentType: 'video/mp4', width, height, durationSeconds: 1 } };
}

type Yuv = [y: number, u: number, v: number];

async function film(name: string, references: readonly ReferenceFile[]): Promise<RenderResult> {
  const directory = join(folder, name);
  await mkdir(directory);
  const counts = { image: 0, video: 0, audio: 0 };
  const plan: Plan = {
    engine: 'local',
    model: 'kinora-studio-2',
    endpoint: 'reference-to-video',
    prompt: 'The mug, static shot, dissolves between the shots',
    references: references.map(({ facts }, index) => ({
      kind: facts.kind,
      position: ++counts[facts.kind],
      fileId: `file_${index}`,
      sha256: '',
      facts,
    })),
    durationSeconds: 4,
    aspectRatio: '1:1',
    width: side,
    height: side,
    seed: 3,
    generateAudio: false,
    adjustments: [],
  };
  return makeFilm({
    plan,
    references,
    directory,
    media,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

/** Every frame of the film, 32 x 32. */
async function smallFramesOf(path: string) {
  const frames: { at(x: number, y: number): { red: number; green: number; blue: number } }[] = [];
  const size = { width: 32, height: 32, fps };
  for await (const frame of media.decodeVideo(path, { ...size, startSeconds: 0, seconds: 4 })) {
    const rgba = Buffer.from(frame);
    frames.push({
      at(x, y) {
        const [red = 0, green = 0, blue = 0] = rgba.subarray((y * 32 + x) * 4);
        return { red, green, blue };
      },
    });
  }
  return frames;
}

test('cuts clips in after the product: running in time, cropped to the frame or whole on the wall', async () => {
  const wide = await makeClip('wide.mp4', { width: 192, height: 108 }, (frame) => ({
    left: [rising(frame), 128, 128],
    right: [30, 128, 128],
  }));
  const red: Yuv = [90, 100, 210];
  const strip = await makeClip('strip.mp4', { width: 192, height: 64 }, () => ({ left: red, right: red }));
  const result = await film('clips', [mug, wide, strip]);
  assert.ok(result.status === 'done', JSON.stringify(result));
  const { shots, transitions } = result.storyboard as unknown as Storyboard;
  assert.deepEqual(
    shots.map(({ subject }) => subject.kind),
    ['picture', 'clip', 'clip'],
  );
  assert.deepEqual(
    result.notes.filter(({ message }) => message.includes('as a clip')).map(({ pointer }) => pointer),
    ['/reference_videos/0', '/reference_videos/1'],
  );

  const frames = await smallFramesOf(result.videoPath);
  assert.equal(frames.length, 4 * fps);
  const isGreen = ({ red, green }: { red: number; green: number }) => green - red > 20;
  const middle = frames[fps]?.at(16, 18);
  assert.ok(middle !== undefined && isGreen(middle), `the mug is seen first, not ${JSON.stringify(middle)}`);

  const [toWide, toStrip] = transitions;
  assert.ok(toWide !== undefined && toStrip !== undefined);
  const firstSeen = Math.floor(toWide.startSeconds * fps) + 1;
  const alone = frames
    .map((frame, index) => ({ frame, index }))
    .filter(({ index }) => index / fps >= toWide.endSeconds && index / fps <= toStrip.startSeconds);
  assert.ok(alone.length >= 8, `${alone.length} frames show the first clip alone`);
  for (const { frame, index } of alone) {
    const clipFrame = ((frame.at(8, 16).red * 219) / 255 + 16 - 40) / 8;
    assert.ok(
      Math.abs(clipFrame - (index - firstSeen)) < 1.3,
      `frame ${index} shows picture ${clipFrame} of the clip instead of ${index - firstSeen}`,
    );
    for (const y of [1, 16, 30]) assert.ok(frame.at(24, y).red < 30, 'the right half is dark to the border');
  }
  const running = alone.filter(({ index }) => index - firstSeen < clipFrames - 1);
  for (const [step, { frame }] of running.slice(1).entries()) {
    const rise = frame.at(8, 16).red - (running[step]?.frame.at(8, 16).red ?? 0);
    assert.ok(rise > 5 && rise < 14, `each frame shows the next picture, but the light rose by ${rise}`);
  }

  // The strip lasts one second and is seen for longer: its last picture is held to the end of the film.
  for (const frame of frames.filter((_, index) => index / fps >= toStrip.endSeconds)) {
    const inside = frame.at(16, 16);
    assert.ok(inside.red - inside.green > 80, `the strip is in the middle, not ${JSON.stringify(inside)}`);
    for (const y of [2, 29]) {
      const wall = frame.at(16, y);
      assert.ok(
        wall.red - wall.green < 60,
        `the wall is above and below the strip, not ${JSON.stringify(wall)}`,
      );
    }
  }
});

test('fails, naming the video, when a clip cannot be decoded, and leaves no film', async () => {
  const path = join(folder, 'broken.mp4');
  await writeFile(path, 'ftyp, but nothing after it');
  const facts = {
    kind: 'video',
    contentType: 'video/mp4',
    width: 320,
    height: 180,
    durationSeconds: 2,
  } as const;
  const result = await film('broken', [{ path, facts }]);
  assert.ok(result.status === 'failed');
  assert.equal(result.code, 'reference_lost');
  assert.equal(result.retryable, false);
  assert.match(result.message, /^Video 1 could not be decoded/);
  assert.ok(!(await readdir(join(folder, 'broken'))).includes('video.mp4'));
});
