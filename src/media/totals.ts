import type { Inspected } from './inspection.ts';
import { highestFps, leastDecoded, longestSeconds, longestSide, mostFrames, mostPixels } from './limits.ts';

/** What a child has met so far, added up. */
export interface Totals {
  videoCodec?: string;
  audioCodec?: string;
  claimedSeconds: number;
  first?: { width: number; height: number; pixelAspect: number; atSeconds: number };
  frames: number;
  /** When the last picture begins, and how long it lasts if the file says. */
  lastAtSeconds: number;
  lastLastsSeconds: number;
  soundSeconds: number;
}

export const noTotals = (): Totals => ({
  claimedSeconds: 0,
  frames: 0,
  lastAtSeconds: 0,
  lastLastsSeconds: 0,
  soundSeconds: 0,
});

/** Adds one thing; answers with a reason to stop at once, if it is one. */
export function addUp(totals: Totals, found: Inspected): string | undefined {
  switch (found.type) {
    case 'stream':
      if (found.codec === 'none') return `its ${found.kind} codec is unknown`;
      if (!found.allowed) return `its ${found.kind} codec, ${found.codec}, is not opened here`;
      totals[`${found.kind}Codec`] = found.codec;
      return undefined;
    case 'claim':
      totals.claimedSeconds = found.seconds;
      return undefined;
    case 'damage':
      // If nothing at all was decoded, the decoder has said why, which is the better reason.
      if (totals.frames === 0 && totals.soundSeconds === 0) return undefined;
      return found.packets - found.badPackets < found.packets * leastDecoded
        ? `${Math.round((found.badPackets / found.packets) * 100)} % of it is damaged`
        : undefined;
    case 'sound':
      totals.soundSeconds += found.seconds;
      return totals.soundSeconds > longestSeconds ? tooLong : undefined;
    case 'picture':
      return addPicture(totals, found);
  }
}

export const tooFast = `it has more than ${highestFps} pictures a second`;
export const tooLong = `it is longer than ${longestSeconds / 60} minutes`;

function addPicture(totals: Totals, found: Inspected & { type: 'picture' }): string | undefined {
  const { width, height, pixelAspect, lastsSeconds } = found;
  if (Math.max(width, height) > longestSide || width * height > mostPixels)
    return `its picture of ${width} x ${height} pixels is larger than is opened here`;
  const atSeconds = found.atSeconds ?? totals.lastAtSeconds + totals.lastLastsSeconds;
  totals.first ??= { width, height, pixelAspect, atSeconds };
  totals.frames += 1;
  totals.lastAtSeconds = Math.max(atSeconds, totals.lastAtSeconds);
  totals.lastLastsSeconds = lastsSeconds;
  const passed = atSeconds - totals.first.atSeconds;
  if (passed > longestSeconds) return tooLong;
  if (totals.frames > mostFrames) return `it has more than ${mostFrames} pictures`;
  if (totals.frames > highestFps && totals.frames > passed * highestFps) return tooFast;
  return undefined;
}
