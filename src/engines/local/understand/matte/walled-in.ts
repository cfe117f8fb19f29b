import type { Region } from '../regions.ts';

/** Pixels within which lit ground behind a wall shows that the wall is thin: the rim of a glass, a printed line. */
const thin = 24;

/**
 * For every region the share of its rim whose wall is thick, as an opaque part's is; a rim that opens into the frame
 * of the photo has no wall.
 */
export function walledIn(options: {
  labels: Int32Array;
  regions: Region[];
  lit: Uint8Array;
  width: number;
}): Map<number, number> {
  const { labels, regions, lit, width } = options;
  const height = labels.length / width;
  const rims = new Map(regions.map(({ label }) => [label, { walls: 0, thick: 0 }]));
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      const label = labels[index] ?? 0;
      const rim = label === 0 ? undefined : rims.get(label);
      if (rim === undefined) continue;
      for (let side = 0; side < 4; side++) {
        const step = side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width;
        const room = side === 0 ? x : side === 1 ? width - 1 - x : side === 2 ? y : height - 1 - y;
        if (room === 0 || labels[index + step] === label) continue;
        const wall = wallFrom({ lit, labels, index, step, room: Math.min(room, thin) });
        if (wall === 'none') continue;
        rim.walls++;
        if (wall === 'thick') rim.thick++;
      }
    }
  return new Map([...rims].map(([label, { walls, thick }]) => [label, walls === 0 ? 0 : thick / walls]));
}

function wallFrom(options: {
  lit: Uint8Array;
  labels: Int32Array;
  index: number;
  step: number;
  room: number;
}): 'none' | 'thin' | 'thick' {
  const { lit, labels, index, step, room } = options;
  let isInWall = false;
  for (let far = 1; far <= room; far++) {
    const at = index + far * step;
    if (lit[at] === 0) isInWall = true;
    else if (isInWall && labels[at] !== labels[index]) return 'thin';
  }
  return isInWall ? 'thick' : 'none';
}
