import { sweepLength } from '../render/draw-actor.ts';
import { createPainter, type Painter } from '../render/painter.ts';
import { actorOf, pictureAt } from './actor.ts';
import { type CaptionFrame, captionContrast, restingFrame } from './caption-contrast.ts';
import { clearFrames } from './clear-frames.ts';
import { coveredAt } from './covered.ts';
import { emptySet } from './empty-set.ts';
import { type FinishedFilm, filmSeconds } from './finished-film.ts';
import type { Pixels } from './mean-colour.ts';
import { photoBehind } from './photo.ts';
import { productCells } from './product-cells.ts';
import type { ProductLook } from './product-checks.ts';
import { sightingOf } from './sighting.ts';

/** What full-size frames of a film show of its products and captions. */
export interface CloseLook {
  products: ProductLook[];
  captions: CaptionFrame[];
}

/**
 * Steps in frames, all odd: one decoder passes over the film once, and the n-th of its pictures is then the middle one
 * of its step, without a tie. Fewer pictures cost less; short shots need the finer steps.
 */
const steps = [15, 9, 5];

/** A shot is looked at in so many frames. */
const wanted = 3;

/** Opens the film at the ends and in the middle of each product shot, and once for each caption. */
export async function lookClosely(film: FinishedFilm): Promise<CloseLook> {
  const { storyboard, stage, media, path, signal } = film;
  const { width, height, fps } = storyboard;
  const { grid, step } = gridFor(film);
  const products = productMoments(film, grid);
  const captions = captionMoments(film, grid);
  const look: CloseLook = { products: [], captions: [] };
  if (products.length === 0 && captions.length === 0) return look;
  const judge = productJudge(film, new Set(products.map(({ shot }) => shot)));
  const seconds = filmSeconds(storyboard);
  const decoding = { width, height, fps: fps / step, startSeconds: 0, seconds, signal };
  let index = 0;
  for await (const data of media.decodeVideo(path, decoding)) {
    const pixels: Pixels = { width, height, data };
    const frame = grid[index++];
    for (const moment of products) if (moment.frame === frame) look.products.push(judge(moment, pixels));
    for (const { caption, frame: asked } of captions) {
      const setting = stage.captions[caption];
      if (asked !== frame || setting === undefined) continue;
      const contrast = captionContrast(setting, { stage, film: pixels });
      if (contrast !== undefined) look.captions.push({ caption, frame, contrast });
    }
  }
  return look;
}

/** The coarsest of the grids that has enough frames of every product shot and caption, or else the finest. */
function gridFor({ storyboard, stage }: FinishedFilm): { grid: number[]; step: number } {
  const { frames, fps, shots } = storyboard;
  const clear = [...shots.keys()].filter((shot) => actorOf(stage, shot) !== undefined);
  const times = clear.map((shot) => new Set(clearFrames(storyboard, shot)));
  const grids = steps.map((step) => ({
    step,
    grid: Array.from(
      { length: Math.ceil(frames / step) },
      (_, index) => index * step + (step - 1) / 2,
    ).filter((frame) => frame < frames),
  }));
  const isEnough = (grid: readonly number[]) =>
    times.every((time) => grid.filter((frame) => time.has(frame)).length >= wanted) &&
    stage.captions.every((caption) => restingFrame(caption, grid, fps) !== undefined);
  const finest = grids.at(-1) ?? { grid: [], step: 1 };
  // A turn shows a photo as it is only at its very ends.
  if (clear.some((shot) => actorOf(stage, shot)?.turn !== undefined)) return finest;
  return grids.find(({ grid }) => isEnough(grid)) ?? finest;
}

interface ProductMoment {
  shot: number;
  frame: number;
}

/** At both ends and in the middle of the time in which each shot with a product is seen alone. */
function productMoments({ storyboard, stage }: FinishedFilm, grid: readonly number[]): ProductMoment[] {
  return storyboard.shots.flatMap((_, shot) => {
    if (!stage.shots[shot]?.layers.some(({ kind }) => kind === 'actor')) return [];
    const clear = new Set(clearFrames(storyboard, shot));
    const open = grid.filter((frame) => clear.has(frame));
    const chosen = new Set([open[0], open[Math.floor(open.length / 2)], open.at(-1)]);
    return [...chosen].flatMap((frame) => (frame === undefined ? [] : [{ shot, frame }]));
  });
}

function captionMoments({ storyboard, stage }: FinishedFilm, grid: readonly number[]) {
  return stage.captions.flatMap((setting, caption) => {
    const frame = restingFrame(setting, grid, storyboard.fps);
    return frame === undefined ? [] : [{ caption, frame }];
  });
}

/** Compares the product in a decoded frame with its drawing, its photo, and the set without it. */
function productJudge(
  film: FinishedFilm,
  shots: ReadonlySet<number>,
): (moment: ProductMoment, pixels: Pixels) => ProductLook {
  const { storyboard, stage, understanding } = film;
  const { width, height, fps } = storyboard;
  let painter: Painter | undefined;
  return ({ shot, frame }, pixels) => {
    const seconds = frame / fps;
    const { subject, sweepSeconds = Infinity } = storyboard.shots[shot] ?? {};
    const since = seconds - sweepSeconds;
    const look = { shot, seconds, isSwept: since > 0 && since < sweepLength };
    const actor = actorOf(stage, shot);
    const sighting = sightingOf(film, shot, seconds);
    if (actor === undefined || sighting === undefined) return { ...look, cells: [] };
    const { share } = sighting;
    const drawn = pictureAt(stage, actor, share);
    if (drawn === undefined) return { ...look, cells: [] };
    painter ??= createPainter({ ...storyboard, captions: [] }, emptySet(stage, shots));
    const cells = productCells({
      sighting,
      film: pixels,
      drawn,
      empty: { width, height, data: painter.picture(frame, []) },
      photo: photoBehind({ stage, actor, subject, pictures: understanding.pictures, share }),
      isCovered: coveredAt(film, shot, seconds),
    });
    return { ...look, cells };
  };
}
