import { inProportion } from './in-proportion.ts';
import { type OffGround, shade } from './off-ground.ts';

/** Pixels, in a photo of 1024. */
const footShade = 28;

/**
 * The darkest line of a shadow, right under the subject, has hard edges of its own. Column by column from below,
 * takes off up to `footShade` pixels of colourless shade, if the subject's own colour then begins; where it does not
 * (a grey foot on a grey shadow) the column is left alone.
 */
export function clearFootShade(ground: Uint8Array, off: OffGround, width: number): void {
  const most = inProportion(footShade, width, ground.length / width);
  const isShade = (index: number) => {
    const lightness = off.lightness[index] ?? 0;
    return lightness < 0.012 && lightness > -0.7 && (off.chroma[index] ?? 1) < shade.chroma * 1.15;
  };
  const height = ground.length / width;
  for (let x = 0; x < width; x++)
    for (let y = height - 2; y > most; y--) {
      const index = y * width + x;
      if (ground[index] !== 0 || ground[index + width] !== 1) continue;
      let taken = 0;
      while (taken < most && ground[index - taken * width] === 0 && isShade(index - taken * width)) taken++;
      const reachesSubject = taken < most && ground[index - taken * width] === 0;
      if (reachesSubject) for (let step = 0; step < taken; step++) ground[index - step * width] = 1;
      break;
    }
}
