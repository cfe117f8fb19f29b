import type { Plane } from './luma-pyramid.ts';

export interface Point {
  x: number;
  y: number;
}

const cellSide = 12;
/** A patch and its gradient stay inside the frame. */
export const border = 8;
const reach = 3;
/** Least mean squared gradient of a place worth following. */
const leastEnergy = 3;

/**
 * One place per cell of the frame: the one with the best corner (Shi and Tomasi's smaller eigenvalue of the
 * gradient matrix), or the best edge where there is no corner. One vote per cell: a richly textured product does not
 * outvote a plain wall.
 */
export function pickPoints(plane: Plane): Point[] {
  const { width, height } = plane;
  const points: Point[] = [];
  const columns = Math.max(1, Math.round((width - 2 * border) / cellSide));
  const rows = Math.max(1, Math.round((height - 2 * border) / cellSide));
  const edge = (index: number, count: number, length: number) =>
    border + Math.round((index * (length - 2 * border)) / count);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const best = bestOfCell(plane, {
        startX: edge(column, columns, width),
        endX: edge(column + 1, columns, width),
        startY: edge(row, rows, height),
        endY: edge(row + 1, rows, height),
      });
      if (best !== undefined) points.push(best);
    }
  return points;
}

function bestOfCell(
  plane: Plane,
  cell: { startX: number; endX: number; startY: number; endY: number },
): Point | undefined {
  let best: Point | undefined;
  let bestScore = 0;
  // Every second place is enough: the window is seven wide.
  for (let y = cell.startY + 1; y < cell.endY; y += 2)
    for (let x = cell.startX + 1; x < cell.endX; x += 2) {
      const score = cornerScore(plane, x, y);
      if (score <= bestScore) continue;
      best = { x, y };
      bestScore = score;
    }
  return best;
}

/** Above 0 only where something can be followed. */
function cornerScore({ width, data }: Plane, x: number, y: number): number {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const at = (y + dy) * width + x + dx;
      const gx = ((data[at + 1] as number) - (data[at - 1] as number)) / 2;
      const gy = ((data[at + width] as number) - (data[at - width] as number)) / 2;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  const count = (2 * reach + 1) ** 2;
  const half = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const middle = (xx + yy) / 2;
  if ((middle + half) / count < leastEnergy) return 0;
  return (middle - half + 0.05 * (middle + half)) / count;
}
