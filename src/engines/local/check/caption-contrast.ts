import type { Stage, StageBitmap, StageCaptionLine } from '../render/layer.ts';
import { captionAt } from '../type/caption-motion.ts';
import { contrastOf, type Rgb } from '../type/contrast.ts';
import type { Pixels } from './mean-colour.ts';

/** What WCAG 2.2 asks of text (success criterion 1.4.3, level AA). */
export const enoughContrast = 4.5;

/** How well one caption can be read in one decoded frame. */
export interface CaptionFrame {
  /** Index into the stage's captions. */
  caption: number;
  frame: number;
  contrast: number;
}

/** The frame among some in which a caption rests and is wholly seen; undefined where there is none. */
export function restingFrame(
  { cue, lines }: Stage['captions'][number],
  frames: readonly number[],
  fps: number,
): number | undefined {
  const resting = frames.filter((frame) =>
    lines.every((_, line) => {
      const state = captionAt(cue, { seconds: frame / fps, line, lines: lines.length });
      const { opacity, clip = 1, typed = 1, tracking = 0 } = state;
      return opacity > 0.99 && clip > 0.99 && typed === 1 && tracking < 0.01;
    }),
  );
  return resting[Math.floor(resting.length / 2)];
}

/** Of the worst line; undefined where no letter is thick enough to be measured. */
export function captionContrast(
  { lines }: Stage['captions'][number],
  { stage, film }: { stage: Stage; film: Pixels },
): number | undefined {
  const found = lines.flatMap((line) => lineContrast(line, stage.bitmaps[line.bitmap], film) ?? []);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** A tenth of the surroundings may be nearer to the letters than the answer: single bright spots do not hide a word. */
const ignoredShare = 0.1;

/** Pixels between a letter and what counts as its surroundings: coding smears the edge between them. */
const gap = 2;

/** The middle colour of the letters' cores against the colours around them, by the drawn mask. */
function lineContrast(
  line: StageCaptionLine,
  bitmap: StageBitmap | undefined,
  film: Pixels,
): number | undefined {
  if (bitmap === undefined) return undefined;
  const cores: Rgb[] = [];
  const around: Rgb[] = [];
  const alphaAt = (x: number, y: number) =>
    x < 0 || y < 0 || x >= bitmap.width || y >= bitmap.height
      ? 0
      : (bitmap.data[(y * bitmap.width + x) * 4 + 3] ?? 0);
  const near = [-gap, gap];
  for (let y = 0; y < bitmap.height; y++)
    for (let x = 0; x < bitmap.width; x++) {
      const alpha = alphaAt(x, y);
      if (alpha !== 0 && alpha < 250) continue;
      const colour = colourAt(film, Math.round(line.x) + x, Math.round(line.y) + y);
      if (colour === undefined) continue;
      if (alpha >= 250) cores.push(colour);
      else if (near.every((d) => alphaAt(x + d, y) === 0 && alphaAt(x, y + d) === 0)) around.push(colour);
    }
  if (cores.length < 8 || around.length < 8) return undefined;
  const letters = middleColour(cores);
  const contrasts = around.map((colour) => contrastOf(letters, colour)).sort((one, other) => one - other);
  return contrasts[Math.floor(contrasts.length * ignoredShare)];
}

function middleColour(colours: readonly Rgb[]): Rgb {
  const middle = (channel: 0 | 1 | 2) =>
    colours.map((colour) => colour[channel]).sort((one, other) => one - other)[colours.length >> 1] ?? 0;
  return [middle(0), middle(1), middle(2)];
}

function colourAt({ width, height, data }: Pixels, x: number, y: number): Rgb | undefined {
  if (x < 0 || y < 0 || x >= width || y >= height) return undefined;
  const index = (y * width + x) * 4;
  return [data[index] ?? 0, data[index + 1] ?? 0, data[index + 2] ?? 0];
}
