import type { Region } from '../regions.ts';
import { inProportion } from './in-proportion.ts';
import type { OffGround } from './off-ground.ts';

/** OKLab distances from which a pixel is clearly no ground in whatever light. */
const clearly = { darker: 0.25, chroma: 0.06 };
/** A wall is this thick, in pixels of a photo of 1024, and this share of what it walls in; thinner is a drawn line. */
const leastWall = 12;
const wallShare = 0.06;
/** How far its far side may lie from the area, in thicknesses: a shadow deepens before it meets the wall. */
const within = 4;

/**
 * The share of an area's rim, 0 to 1, behind which lies a thick part of quite another colour: about 0.9 for the gap of
 * a handle, 0.2 for a pale disc with a line drawn around it. Rays that come back to the area have no say.
 */
export function opaqueWalls(options: {
  region: Region;
  labels: Int32Array;
  off: OffGround;
  width: number;
}): number {
  const { region, labels, off, width } = options;
  const height = labels.length / width;
  const wall = Math.max(inProportion(leastWall, width, height), Math.sqrt(region.area) * wallShare);
  const isClear = (at: number) =>
    (off.lightness[at] ?? 0) < -clearly.darker || (off.chroma[at] ?? 0) > clearly.chroma;
  let rim = 0;
  let opaque = 0;
  for (let y = region.top; y <= region.bottom; y++)
    for (let x = region.left; x <= region.right; x++) {
      const index = y * width + x;
      if (labels[index] !== region.label) continue;
      for (let side = 0; side < 4; side++) {
        const step = side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width;
        const room = side === 0 ? x : side === 1 ? width - 1 - x : side === 2 ? y : height - 1 - y;
        if (room > 0 && labels[index + step] === region.label) continue;
        let clear = 0;
        let far = 1;
        for (; far <= Math.min(room, wall * within) && labels[index + far * step] !== region.label; far++)
          if (isClear(index + far * step)) clear++;
        if (far <= Math.min(room, wall * within)) continue;
        rim++;
        if (clear >= wall) opaque++;
      }
    }
  return rim === 0 ? 0 : opaque / rim;
}
