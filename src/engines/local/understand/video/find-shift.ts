import type { Plane } from './luma-pyramid.ts';

/** A whole-pixel shift, and how alike the overlapping parts are, -1 to 1. */
export interface Shift {
  x: number;
  y: number;
  likeness: number;
}

/** Two flat surfaces are alike whatever their noise says. */
const flatness = 4;

/**
 * The shift that lays one small picture best over the next, by trying all of them up to 40 % of the sides.
 * Likeness is the correlation of the overlap, so a change of light does not count; small shifts win ties.
 */
export function findShift(from: Plane, to: Plane): Shift {
  const mostX = Math.floor(from.width * 0.4);
  const mostY = Math.floor(from.height * 0.4);
  let best: Shift = { x: 0, y: 0, likeness: -1 };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let y = -mostY; y <= mostY; y++)
    for (let x = -mostX; x <= mostX; x++) {
      const likeness = likenessAt({ from, to, x, y });
      const score = likeness - 0.04 * Math.hypot(x / from.width, y / from.height);
      if (score <= bestScore) continue;
      best = { x, y, likeness };
      bestScore = score;
    }
  return best;
}

/** The correlation of the overlap at one shift. */
export function likenessAt(options: { from: Plane; to: Plane; x: number; y: number }): number {
  const { from, to, x: shiftX, y: shiftY } = options;
  const { width, height } = from;
  const startX = Math.max(0, -shiftX);
  const endX = Math.min(width, width - shiftX);
  const startY = Math.max(0, -shiftY);
  const endY = Math.min(height, height - shiftY);
  let sumFrom = 0;
  let sumTo = 0;
  let squareFrom = 0;
  let squareTo = 0;
  let product = 0;
  for (let y = startY; y < endY; y++) {
    let atFrom = y * width + startX;
    let atTo = (y + shiftY) * width + startX + shiftX;
    for (let x = startX; x < endX; x++) {
      const one = from.data[atFrom++] as number;
      const other = to.data[atTo++] as number;
      sumFrom += one;
      sumTo += other;
      squareFrom += one * one;
      squareTo += other * other;
      product += one * other;
    }
  }
  const count = (endX - startX) * (endY - startY);
  const covariance = product / count - (sumFrom * sumTo) / (count * count);
  const varianceFrom = squareFrom / count - (sumFrom / count) ** 2;
  const varianceTo = squareTo / count - (sumTo / count) ** 2;
  return (covariance + flatness) / Math.sqrt((varianceFrom + flatness) * (varianceTo + flatness));
}
