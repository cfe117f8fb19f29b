import { join } from 'node:path';
import { type Canvas, createCanvas, ImageData } from '@napi-rs/canvas';
import type { StoryboardResult } from '../../domain/engine.ts';
import type { Storyboard } from '../../domain/storyboard.ts';
import type { Bitmap } from '../../media/media.ts';
import type { FilmJob } from './make-film.ts';
import { planFilm } from './plan-film.ts';
import { clipsAtMoments } from './render/clips-at.ts';
import type { Stage } from './render/layer.ts';
import { createPainter } from './render/painter.ts';
import { buildStage } from './stage/build-stage.ts';
import { setCaptions } from './stage/set-captions.ts';
import { drawSheet } from './strip/draw-sheet.ts';
import { momentsOf } from './strip/moments.ts';
import { planGrid, type StripGrid } from './strip/plan-grid.ts';
import { ReferenceLost } from './understand/reference-lost.ts';

/**
 * Understands and decides a film as `makeFilm` does, and instead of rendering it draws `storyboard.jpg`: a few frames
 * of each shot, painted as the film would have them. Throws only if aborted or at fault.
 */
export async function drawStrip(job: FilmJob): Promise<StoryboardResult> {
  try {
    return await draw(job);
  } catch (error) {
    if (!(error instanceof ReferenceLost)) throw error;
    return { status: 'failed', code: 'reference_lost', message: error.message, retryable: false };
  }
}

async function draw(job: FilmJob): Promise<StoryboardResult> {
  const { plan, directory, media, signal, onProgress } = job;
  const { storyboard, understanding, turn, notes } = await planFilm({
    ...job,
    onFraction: (fraction) => onProgress({ phase: 'understand', fraction: 0.6 * fraction }),
  });
  onProgress({ phase: 'storyboard', fraction: 0.6 });
  const stage = buildStage(storyboard, understanding, turn);
  const clipsAt = clipsAtMoments({ storyboard, clips: understanding.clips, media, signal });
  const captionNotes = await setCaptions({
    storyboard,
    isGiven: plan.storyboard !== undefined,
    stage,
    clipsAt,
  });
  const grid = planGrid(storyboard);
  const pictures = await paintShots({
    storyboard,
    stage,
    grid,
    clipsAt,
    onShot: (shots) =>
      onProgress({ phase: 'storyboard', fraction: 0.62 + 0.36 * (shots / storyboard.shots.length) }),
  });
  const prompt = plan.storyboard === undefined ? plan.prompt : undefined;
  const sheet = drawSheet({ storyboard, prompt, grid, pictures });
  const stripPath = join(directory, 'storyboard.jpg');
  await media.encodeStill(readBack(sheet), { path: stripPath, quality: 90 });
  onProgress({ phase: 'storyboard', fraction: 1 });
  return { status: 'done', storyboard, stripPath, notes: [...notes, ...captionNotes] };
}

function readBack(canvas: Canvas): Bitmap {
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return { width, height, data: Buffer.from(data.buffer) };
}

type ClipsAt = ReturnType<typeof clipsAtMoments>;

async function paintShots(options: {
  storyboard: Storyboard;
  stage: Stage;
  grid: StripGrid;
  clipsAt: ClipsAt;
  onShot(shots: number): void;
}): Promise<Canvas[][]> {
  const { storyboard, stage, grid, clipsAt, onShot } = options;
  const { width, height } = storyboard;
  const painter = createPainter(storyboard, stage);
  const shots: Canvas[][] = [];
  for (const shot of storyboard.shots.keys()) {
    const pictures: Canvas[] = [];
    for (const frame of momentsOf(storyboard, shot, grid.frames)) {
      const pixels = painter.picture(frame, await clipsAt(frame));
      pictures.push(smaller({ width, height, pixels }, grid));
    }
    shots.push(pictures);
    onShot(shots.length);
  }
  return shots;
}

/** The painter's pixels are its own: what is kept is a copy, and no larger than it is shown. */
function smaller(
  { width, height, pixels }: { width: number; height: number; pixels: Uint8Array },
  { frameWidth, frameHeight }: StripGrid,
): Canvas {
  const whole = createCanvas(width, height);
  whole.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  const canvas = createCanvas(frameWidth, frameHeight);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(whole, 0, 0, frameWidth, frameHeight);
  return canvas;
}
