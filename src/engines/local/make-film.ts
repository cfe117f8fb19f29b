import { join } from 'node:path';
import type { Progress, RenderResult } from '../../domain/engine.ts';
import type { Storyboard } from '../../domain/storyboard.ts';
import type { Media } from '../../media/media.ts';
import { checkFilm, failureMessage } from './check/check-film.ts';
import { planFilm } from './plan-film.ts';
import { type ClipReel, openReel } from './render/clip-reel.ts';
import { clipsAtMoments } from './render/clips-at.ts';
import { paintFrames } from './render/frames.ts';
import type { Stage } from './render/layer.ts';
import { createPainter } from './render/painter.ts';
import { noteOnQuietMix } from './sound/master.ts';
import { mixSound } from './sound/mix.ts';
import { buildStage } from './stage/build-stage.ts';
import { setCaptions } from './stage/set-captions.ts';
import { ReferenceLost } from './understand/reference-lost.ts';
import type { UnderstandOptions } from './understand/understand.ts';

export interface FilmJob extends Omit<UnderstandOptions, 'onFraction'> {
  /** Where `video.mp4` and `poster.jpg` are written. */
  directory: string;
  media: Media;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/** Understand, storyboard, sound, render and encode: one film from a plan. Throws only if aborted or at fault. */
export async function makeFilm(job: FilmJob): Promise<RenderResult> {
  try {
    return await make(job);
  } catch (error) {
    if (!(error instanceof ReferenceLost)) throw error;
    return { status: 'failed', code: 'reference_lost', message: error.message, retryable: false };
  }
}

async function make(job: FilmJob): Promise<RenderResult> {
  const { plan, directory, media, signal, onProgress } = job;
  const { storyboard, understanding, turn, notes } = await planFilm({
    ...job,
    onFraction: (fraction) => onProgress({ phase: 'understand', fraction: 0.3 * fraction }),
  });
  onProgress({ phase: 'storyboard', fraction: 0.31 });
  const stage = buildStage(storyboard, understanding, turn);
  const clipsAt = clipsAtMoments({ storyboard, clips: understanding.clips, media, signal });
  const captionNotes = await setCaptions({
    storyboard,
    isGiven: plan.storyboard !== undefined,
    stage,
    clipsAt,
  });
  onProgress({ phase: 'sound', fraction: 0.33 });
  const sound = mixSound({
    seconds: storyboard.frames / storyboard.fps,
    seed: storyboard.seed,
    cues: storyboard.sound,
    sounds: understanding.sounds,
  });
  const quiet = sound === undefined ? undefined : noteOnQuietMix(sound);
  const reel = openReel({ storyboard, clips: understanding.clips, media, signal });
  const videoPath = join(directory, 'video.mp4');
  const encoder = await media.encode({
    path: videoPath,
    width: storyboard.width,
    height: storyboard.height,
    fps: storyboard.fps,
    signal,
    ...(sound === undefined ? {} : { sound }),
  });
  try {
    let frame = 0;
    for await (const picture of paintFrames({ storyboard, stage, reel })) {
      await encoder.write(picture);
      frame++;
      if (frame % 6 === 0)
        onProgress({ phase: 'render', fraction: 0.36 + 0.6 * (frame / storyboard.frames) });
    }
    onProgress({ phase: 'encode', fraction: 0.97 });
    await encoder.finish();
  } catch (error) {
    encoder.abort();
    throw error;
  }
  const posterPath = join(directory, 'poster.jpg');
  const still = openReel({ storyboard, clips: understanding.clips, media, signal });
  await writePoster({ storyboard, stage, reel: still, media, path: posterPath });
  onProgress({ phase: 'check', fraction: 0.98 });
  const checks = await checkFilm({
    path: videoPath,
    storyboard,
    storyboardIsGiven: plan.storyboard !== undefined,
    understanding,
    stage,
    media,
    signal,
    ...(sound === undefined ? {} : { mix: sound }),
  });
  const failed = checks.find(({ status }) => status === 'failed');
  if (failed !== undefined)
    return {
      status: 'failed',
      code: 'check_failed',
      message: failureMessage(failed),
      retryable: false,
      checks,
    };
  onProgress({ phase: 'check', fraction: 1 });
  return {
    status: 'done',
    videoPath,
    posterPath,
    storyboard,
    notes: [...notes, ...captionNotes, ...(quiet === undefined ? [] : [quiet])],
    checks,
  };
}

async function writePoster(options: {
  storyboard: Storyboard;
  stage: Stage;
  reel: ClipReel;
  media: Media;
  path: string;
}): Promise<void> {
  const { storyboard, stage, reel, media, path } = options;
  const { width, height } = storyboard;
  const frame = Math.round(storyboard.posterSeconds * storyboard.fps);
  try {
    const pixels = createPainter(storyboard, stage).picture(frame, await reel.framesFor(frame));
    await media.encodeStill({ width, height, data: Buffer.from(pixels) }, { path, quality: 88 });
  } finally {
    await reel.close();
  }
}
