import { mostStretch } from './limits.ts';
import type { Upright } from './upright.ts';

/** FFmpeg filter chains; both backends run the same. */

/**
 * Upright, and scaled down to fit `maxSide`. `alpha`: the picture may be transparent. `oblong`: its pixels may be
 * longer than wide, as in films; in photos that is never meant.
 */
export function fitFilter(options: {
  upright: Upright;
  maxSide: number;
  alpha: boolean;
  oblong: boolean;
}): string {
  const { upright, maxSide, alpha, oblong } = options;
  const wide = oblong ? `iw*${pixelAspect}` : 'iw';
  const scale = `min(1,${maxSide}/max(${wide},ih))`;
  const fit = `scale=w='max(1,round(${wide}*${scale}))':h='max(1,round(ih*${scale}))':flags=${precise}`;
  if (!alpha) return [...upright.filters, fit].join(',');
  // What is transparent has a color too, and would bleed into the edges.
  return ['format=gbrap', ...upright.filters, 'premultiply=inplace=1', fit, 'unpremultiply=inplace=1'].join(
    ',',
  );
}

const pixelAspect = `clip(sar,1/${mostStretch},${mostStretch})`;
const precise = 'lanczos+accurate_rnd+full_chroma_int+full_chroma_inp';

/** Upright, cut at the centre to the shape of `width` x `height`, then scaled to it. Oblong pixels are heeded. */
export function coverFilter(options: { upright: Upright; width: number; height: number }): string {
  const { upright, width, height } = options;
  // Cut before it is scaled: the other way round a strip of 16,384 x 2 would grow beyond all memory.
  const cut =
    `crop=w='max(1,min(iw,ih*${width}/${height}/${pixelAspect}))':h='max(1,min(ih,iw*${height}/${width}*${pixelAspect}))':` +
    `x='(iw-ow)/2':y='(ih-oh)/2'`;
  return [
    ...upright.filters,
    cut,
    `scale=w=${width}:h=${height}:flags=bicubic+accurate_rnd`,
    'setsar=1',
  ].join(',');
}

/**
 * Any sound as interleaved stereo float at 48,000 Hz. Channels that are not there count for nothing, and `<` keeps the
 * sum at full scale; the resampler's own mix would make mono 3 dB quieter.
 */
export const soundFilter =
  'pan=stereo|FL<FL+0.7FC+0.7BL+0.7SL+0.7FLC+0.5BC|FR<FR+0.7FC+0.7BR+0.7SR+0.7FRC+0.5BC,' +
  'aresample=48000,aformat=sample_fmts=flt:channel_layouts=stereo:sample_rates=48000';

/** RGBA as a JPEG stores it. */
export const jpegFilter = `scale=out_color_matrix=bt601:out_range=pc:flags=${precise},format=yuvj420p`;

/** FFmpeg's quantiser scale, 2 (best) to 31, of a quality from 1 to 100. */
export function jpegScale(quality: number): number {
  if (!(quality >= 1 && quality <= 100))
    throw new RangeError(`A JPEG quality of ${quality} does not exist; choose from 1 to 100.`);
  return Math.round(2 + ((100 - quality) * 29) / 99);
}
