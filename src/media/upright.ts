/** What turns stored pictures the way they are shown. */
export interface Upright {
  /** FFmpeg filters in order; empty if the pictures stand as they are. */
  filters: readonly string[];
  /** Width and height change places. */
  swapsSides: boolean;
}

export const asStored: Upright = { filters: [], swapsSides: false };

const turn = (swapsSides: boolean, ...filters: string[]): Upright => ({ filters, swapsSides });

const quarterRight = turn(true, 'transpose=clock');
const quarterLeft = turn(true, 'transpose=cclock');
const half = turn(false, 'hflip', 'vflip');
const mirrored = turn(false, 'hflip');
const upsideDown = turn(false, 'vflip');
const transposed = turn(true, 'transpose=cclock_flip');
const transversed = turn(true, 'transpose=clock_flip');

/** By the EXIF number, 1 to 8; any other value means nothing and turns nothing. */
export function uprightByExif(orientation: number): Upright {
  const byNumber = [asStored, mirrored, half, upsideDown, transposed, quarterRight, transversed, quarterLeft];
  return byNumber[orientation - 1] ?? asStored;
}

/** By quarter turns to the left, 0 to 3, and then a mirror: AVIF's `irot` and `imir`. */
export function uprightByTurns(quarterTurns: number, mirror: 'sides' | 'top' | undefined): Upright {
  const turned = [asStored, quarterLeft, half, quarterRight][quarterTurns] ?? asStored;
  const flip = mirror === undefined ? [] : [mirror === 'sides' ? 'hflip' : 'vflip'];
  return { filters: [...turned.filters, ...flip], swapsSides: turned.swapsSides };
}

/** By the signs of a, b, c, d of the matrix in an MP4 track header; anything but quarter turns turns nothing. */
export function uprightByMatrix(a: number, b: number, c: number, d: number): Upright {
  const key = [a, b, c, d].map(Math.sign).join(' ');
  const byMatrix: Record<string, Upright> = {
    '0 1 -1 0': quarterRight,
    '-1 0 0 -1': half,
    '0 -1 1 0': quarterLeft,
    '-1 0 0 1': mirrored,
    '1 0 0 -1': upsideDown,
    '0 1 1 0': transposed,
    '0 -1 -1 0': transversed,
  };
  return byMatrix[key] ?? asStored;
}
