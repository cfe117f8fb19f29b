import { join } from 'node:path';
import type { Progress, ReferenceFile, RenderResult } from '../../domain/engine.ts';
import type { Note, Plan } from '../../domain/plan.ts';
import type { Media } from '../../media/media.ts';
import { makeStoryboard } from './make-storyboard.ts';
import { type ClipReel, openReel } from './render/clip-reel.ts';
import { paintFrames } from './render/frames.ts';
import type { Stage } from './render/layer.ts';
import { createPainter, runningClips } from './render/painter.ts';
import { buildStage } from './render/stage.ts';
import { mixSound } from './sound/mix.ts';
import type { ShotSubject, Storyboard } from './storyboard.ts';
import { ReferenceLost } from './understand/reference-lost.ts';
import { understand } from './understand/understand.ts';

export interface FilmJob {
  plan: Plan;
  references: readonly ReferenceFile[];
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

async function make({
  plan,
  references,
  directory,
  media,
  signal,
  onProgress,
}: FilmJob): Promise<RenderResult> {
  const understanding = await understand({
    plan,
    references,
    media,
    signal,
    onFraction: (fraction) => onProgress({ phase: 'understand', fraction: 0.3 * fraction }),
  });
  const { storyboard, leftOut } = makeStoryboard(plan, understanding);
  onProgress({ phase: 'storyboard', fraction: 0.31 });
  const sound = mixSound(storyboard, understanding.sounds);
  onProgress({ phase: 'sound', fraction: 0.33 });
  const stage = buildStage(storyboard, understanding);
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
  onProgress({ phase: 'check', fraction: 1 });
  return {
    status: 'done',
    videoPath,
    posterPath,
    storyboard,
    notes: [...understanding.notes, ...leftOut.map(noteOnLeftOut)],
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
  const frame = Math.round(storyboard.posterSeconds * storyboard.fps);
  try {
    const clips = runningClips(await reel.framesFor(frame));
    const data = createPainter(storyboard, stage).paint(frame, clips);
    await media.encodeStill(
      { width: storyboard.width, height: storyboard.height, data },
      { path, quality: 88 },
    );
  } finally {
    await reel.close();
  }
}

function noteOnLeftOut(subject: ShotSubject): Note {
  const isClip = subject.kind === 'clip';
  const position = subject.kind === 'shapes' ? 1 : subject.position;
  return {
    code: 'reference_unused',
    pointer: `/${isClip ? 'reference_videos' : 'reference_images'}/${position - 1}`,
    message: `${isClip ? 'Video' : 'Image'} ${position} was left out: the film is too short to show every reference for at least 0.8 s.`,
  };
}
