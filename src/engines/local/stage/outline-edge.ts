import type { ActorLayer, Stage, StageBitmap } from '../render/layer.ts';
import type { SetGeometry } from '../set/geometry.ts';

/**
 * The right outline of a product as the edge of a wipe: for every row of the frame how far it lies beside the middle of
 * that outline, in pixels, positive to the right. Above and below the product it goes on as its ends do.
 */
export function outlineEdge(
  { views, y: footY }: ActorLayer,
  { bitmaps }: Stage,
  { height }: SetGeometry,
): Float32Array | undefined {
  const product = views[0]?.product;
  const bitmap = product === undefined ? undefined : bitmaps[product.bitmap];
  if (product === undefined || bitmap === undefined) return undefined;
  const reach = rightmost(bitmap);
  const rows = reach.flatMap((x, row) => (x < 0 ? [] : [row]));
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const edge = Float32Array.from({ length: height }, (_, y) => {
    const row = Math.round((y - footY) / product.scale + product.anchorY);
    return (reach[Math.min(last, Math.max(first, row))] ?? 0) * product.scale;
  });
  const middle = edge.reduce((sum, x) => sum + x, 0) / edge.length;
  return smoothed(edge.map((x) => x - middle));
}

/** The last opaque pixel of each row, or -1. */
function rightmost({ width, height, data }: StageBitmap): number[] {
  return Array.from({ length: height }, (_, y) => {
    for (let x = width - 1; x >= 0; x--) if ((data[(y * width + x) * 4 + 3] ?? 0) > 127) return x;
    return -1;
  });
}

/** A gap in the outline, under a handle, would make the edge jump. */
function smoothed(edge: Float32Array): Float32Array {
  const reach = Math.round(edge.length * 0.012);
  return edge.map((_, y) => {
    let sum = 0;
    for (let step = -reach; step <= reach; step++)
      sum += edge[Math.min(edge.length - 1, Math.max(0, y + step))] ?? 0;
    return sum / (2 * reach + 1);
  });
}
