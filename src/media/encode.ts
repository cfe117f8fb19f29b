import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { withFile } from './bytes-of-file.ts';
import { interleave } from './interleave.ts';
import { type FilmJob, rateOf } from './job.ts';
import { writingLimits } from './limits.ts';
import { type EncodeOptions, type Encoder, soundRate } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { readMp4Index } from './mp4-boxes.ts';
import type { Ending } from './spawn-child.ts';
import { startChild, withChild } from './start-child.ts';

const longestFilmSide = 4_096;

/**
 * Starts a film. It grows beside `path` under another name and gets its own only once it is complete: not even a
 * power cut leaves half a video there.
 */
export async function encode(tools: MediaTools, options: EncodeOptions): Promise<Encoder> {
  const job = filmJob(tools, options);
  const { signal, sound } = options;
  const child = await startChild(tools, {
    command: tools.backend.command(job),
    limits: writingLimits,
    signal,
  });
  child.rest();
  const frameBytes = (job.width * job.height * 3) / 2;
  let state: 'open' | 'closing' | 'finished' | 'aborted' = 'open';
  let frames = 0;
  let waiting = 0;

  const failure = (ending: Ending): unknown => {
    if (signal?.aborted) return signal.reason;
    if (state === 'aborted') return new Error(`The encoding of ${options.path} was aborted.`);
    return encodingFailed(options.path, ending);
  };
  const ended = child.ended.then(async (ending) => {
    if (ending.status === 'failed') await rm(job.path, { force: true });
    return ending;
  });
  // Whoever calls `write` or `finish` learns of it; after `abort` nobody is left to tell.
  ended.catch(() => {});

  async function send(bytes: Buffer): Promise<void> {
    child.expectAnswer();
    waiting += 1;
    const arrived = await written(child.stdin, bytes);
    waiting -= 1;
    if (waiting === 0) child.rest();
    if (!arrived) throw failure(await ended);
  }

  // Sent ahead of the frames, and not awaited: the child reads it while the first frame is drawn.
  if (job.soundSamples !== undefined && sound !== undefined)
    child.stdin.write(interleave(sound, sound.left.length));

  return {
    async write(i420) {
      if (state !== 'open')
        throw new Error(`The video ${options.path} is ${state}; it takes no more frames.`);
      if (i420.length !== frameBytes)
        throw new RangeError(
          `A frame of ${job.width} x ${job.height} has ${frameBytes} bytes in I420; this one has ${i420.length}.`,
        );
      frames += 1;
      await send(i420);
    },

    async finish() {
      if (state !== 'open') throw new Error(`The video ${options.path} is already ${state}.`);
      if (frames === 0) {
        abort();
        throw new Error(`The video ${options.path} got no frame; a video has at least one.`);
      }
      state = 'closing';
      child.stdin.end();
      child.expectAnswer();
      const ending = await ended;
      if (ending.status === 'failed') throw failure(ending);
      try {
        if (sound !== undefined && tools.backend.addSound !== undefined)
          await addSound(tools, job, { ...options, sound, frames });
        await checkFilm(job, options.path, frames);
        await flush(job.path);
        if (isAborted()) throw failure(ending);
        await rename(job.path, options.path);
        state = 'finished';
      } catch (error) {
        await rm(job.path, { force: true });
        throw error;
      }
    },

    abort,
  };

  function abort(): void {
    if (state === 'finished') return;
    state = 'aborted';
    child.kill();
  }

  function isAborted(): boolean {
    return state === 'aborted' || signal?.aborted === true;
  }
}

function filmJob(tools: MediaTools, { path, width, height, fps, sound }: EncodeOptions): FilmJob {
  const sides = [width, height];
  if (!sides.every((side) => side % 2 === 0 && side >= 16 && side <= longestFilmSide))
    throw new RangeError(
      `A video of ${width} x ${height} cannot be encoded; choose even sides from 16 to ${longestFilmSide}.`,
    );
  if (sound !== undefined && sound.left.length !== sound.right.length)
    throw new RangeError(
      `The sound has ${sound.left.length} samples on the left and ${sound.right.length} on the right; make them equal.`,
    );
  const job: FilmJob = {
    task: 'film',
    path: `${resolve(path)}.unfinished`,
    width,
    height,
    rate: rateOf(fps),
  };
  return sound === undefined || tools.backend.addSound !== undefined
    ? job
    : { ...job, soundSamples: sound.left.length };
}

/** Resolves once the system took all bytes, so that the buffer is free again; false if the reader is gone. */
function written(stream: Writable, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) =>
    stream.write(bytes, (error) => resolve(error === null || error === undefined)),
  );
}

async function addSound(
  tools: MediaTools,
  job: FilmJob,
  {
    path,
    sound,
    frames,
    signal,
  }: EncodeOptions & { sound: NonNullable<EncodeOptions['sound']>; frames: number },
): Promise<void> {
  const command = tools.backend.addSound?.(job.path, `${job.path}.sound`);
  if (command === undefined) return;
  const samples = Math.round((frames * job.rate.denominator * soundRate) / job.rate.numerator);
  try {
    const { ending } = await withChild(tools, { command, limits: writingLimits, signal }, async (child) => {
      child.stdin.end(interleave(sound, samples));
      await child.ended;
    });
    if (ending.status === 'failed') throw encodingFailed(path, ending);
    await rename(`${job.path}.sound`, job.path);
  } catch (error) {
    await rm(`${job.path}.sound`, { force: true });
    throw error;
  }
}

// Read back by our own code: an encoder that lost a frame would still have reported success.
async function checkFilm(job: FilmJob, path: string, frames: number): Promise<void> {
  const found = await withFile(job.path, readMp4Index);
  const index = found.status === 'read' ? found.result : undefined;
  const pictures = index?.tracks.find(({ kind }) => kind === 'video')?.samples ?? 0;
  if (pictures !== frames)
    throw new Error(
      `The video ${path} holds ${pictures} of the ${frames} frames that were sent; encode it again.`,
    );
  if (index?.fastStart !== true || !index.complete)
    throw new Error(`The video ${path} was not written to its end; is the disk full?`);
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function encodingFailed(path: string, ending: Ending): Error {
  const why = ending.status === 'failed' ? ending.why.replaceAll('_', ' ') : 'done';
  const said = ending.said.trim().slice(-2_000);
  return new Error(`The video ${path} could not be encoded (${why}): ${said || 'the encoder said nothing'}`);
}
