import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generation } from '../../src/contract/generation.ts';
import type { Storyboard } from '../../src/domain/storyboard.ts';
import { oklabOfRgb } from '../../src/engines/local/understand/oklab.ts';
import { createMedia } from '../../src/media/create-media.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';

const bin = join(import.meta.dirname, '..', '..', 'bin', 'kinora.js');
const mug = join(import.meta.dirname, '..', 'fixtures', 'mug.jpg');
const media = createMedia();
const wall = '#b02f6a';

let folder = '';
let server: ChildProcess | undefined;
let url = '';

const environment = () => ({ ...cleanEnvironment(), KINORA_HOME: join(folder, 'home'), KINORA_PORT: '0' });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-storyboard-'));
  await chmod(folder, 0o755);
});

after(async () => {
  if (server !== undefined && server.exitCode === null) {
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    await exited;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function serve(): Promise<void> {
  server = spawn(process.execPath, [bin, 'serve', '--json'], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (server.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: server.stdout })) {
    url = (JSON.parse(line) as { url: string }).url;
    return;
  }
  throw new Error('the server ended before it was ready');
}

/** Runs the command as a shell would. */
async function kinora(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env: environment() });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** As the account that the command line made for itself. */
async function call<T>(path: string, body?: unknown): Promise<T> {
  const { key } = JSON.parse(await readFile(join(folder, 'home', 'cli-account.json'), 'utf8')) as {
    key: string;
  };
  const response = await fetch(url + path, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

async function ended(id: string): Promise<Generation> {
  for (;;) {
    const generation = await call<Generation>(`/v1/generations/${id}`);
    if (generation.status === 'complete' || generation.status === 'failed') return generation;
    await sleep(500);
  }
}

async function framesOf(path: string): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  const size = { width: 180, height: 180, fps: 24, startSeconds: 0, seconds: 5 };
  for await (const frame of media.decodeVideo(path, size)) frames.push(Buffer.from(frame));
  return frames;
}

const hashesOf = async (path: string) =>
  (await framesOf(path)).map((frame) => createHash('sha256').update(frame).digest('hex'));

test('a storyboard is planned without a server, edited, and made exactly so, twice', {
  timeout: 400_000,
}, async () => {
  const planned = await kinora(
    'storyboard',
    'The mug on wood, push in, "Good morning"',
    ...['-i', mug, '-d', '4', '-r', '1:1', '--seed', '11', '-o', 'plans/film.json', '--json'],
  );
  assert.deepEqual([planned.code, planned.stderr], [0, '']);
  const told = JSON.parse(planned.stdout) as { storyboard: Storyboard; path: string; strip_path: string };
  const written: Storyboard = JSON.parse(await readFile(join(folder, 'plans/film.json'), 'utf8'));
  assert.deepEqual(told.storyboard, written);
  const strip = await media.probe(told.strip_path);
  assert.ok(strip.status === 'readable' && strip.facts.contentType === 'image/jpeg');
  assert.equal(strip.facts.width, 2_400);
  await assert.rejects(readFile(join(folder, 'home', 'cli-account.json')), 'nothing was started or made');

  const edited: Storyboard = {
    ...written,
    set: { ...written.set, wall, feature: 'none' },
    captions: written.captions.map((caption) => ({ ...caption, text: 'Slowly now' })),
  };
  await writeFile(join(folder, 'edited.json'), JSON.stringify(edited, undefined, 2));
  await serve();
  const made = await kinora('generate', '--storyboard', 'edited.json', '-i', mug, '-o', 'film.mp4', '--json');
  assert.deepEqual([made.code, made.stderr], [0, '']);
  const last = JSON.parse(made.stdout.trimEnd().split('\n').at(-1) ?? '') as { id: string; path: string };

  const probed = await media.probe(last.path);
  assert.ok(probed.status === 'readable');
  const { width, height, frames } = probed.facts;
  assert.deepEqual([width, height, frames], [720, 720, 96]);
  const seen = cornerHue((await framesOf(last.path))[60] ?? Buffer.alloc(0));
  assert.ok(degreesApart(seen, hueOf(wall)) < 15, `the wall has the hue ${seen}, not that of ${wall}`);
  assert.ok(degreesApart(seen, hueOf(written.set.wall)) > 40, `and not that of ${written.set.wall}`);

  const first = await ended(last.id);
  assert.deepEqual(first.storyboard, edited);
  assert.equal(first.seed, 11);

  const [reference] = first.plan.references;
  const { id } = await call<Generation>('/v1/bytedance/seedance-2.0/reference-to-video', {
    prompt: 'Anything else',
    duration: 4,
    aspect_ratio: '1:1',
    reference_images: [{ file_id: reference?.file_id }],
    storyboard: first.storyboard,
  });
  const second = await ended(id);
  assert.equal(second.status, 'complete', JSON.stringify(second.error));
  assert.deepEqual(second.storyboard, edited);
  const again = join(folder, 'again.mp4');
  const link = await fetch(second.output?.url ?? '');
  await writeFile(again, Buffer.from(await link.arrayBuffer()));
  const hashes = await hashesOf(last.path);
  assert.equal(hashes.length, 96);
  assert.deepEqual(await hashesOf(again), hashes);
});

/** In degrees of the OKLab plane, of the corner where nothing but wall is. */
function cornerHue(frame: Buffer): number {
  const [red = 0, green = 0, blue = 0] = frame.subarray((8 * 180 + 8) * 4);
  return hue(red, green, blue);
}

function hueOf(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return hue(value >> 16, (value >> 8) & 255, value & 255);
}

function hue(red: number, green: number, blue: number): number {
  const { a, b } = oklabOfRgb(red, green, blue);
  return (Math.atan2(b, a) * 180) / Math.PI;
}

const degreesApart = (one: number, other: number) => Math.abs(((one - other + 540) % 360) - 180);
