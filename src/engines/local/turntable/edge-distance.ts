/** Pixels over which an outline goes from clear to full. */
export const edgeWidth = 2.4;

/** Share of subject, 0 to 1, at a signed distance from its outline. */
export const alphaOfEdge = (distance: number) => Math.min(1, Math.max(0, 0.5 + distance / edgeWidth));

/**
 * Beyond this many pixels a distance no longer grows. A gap that closes on its way is only a few pixels deep: the depth of
 * a whole product on the other side would outvote it at once, and leave it ragged.
 */
const farthest = 12;

/**
 * Signed distance from the outline, positive inside. Within the outline's soft band it is the alpha itself on
 * another scale, so `alphaOfEdge` gives back the photo's own alpha. Mixing two such fields gives one shape with
 * one edge where mixing two alphas would give two half clear ones (Cohen-Or et al., "Three-dimensional distance
 * field metamorphosis", 1998). Distances by a chamfer of steps 1 and √2 (Borgefors, 1986).
 */
export function edgeDistance(premultiplied: Float32Array, width: number, height: number): Float32Array {
  const inside = new Float32Array(width * height);
  const outside = new Float32Array(width * height);
  for (let index = 0; index < inside.length; index++) {
    const alpha = premultiplied[index * 4 + 3] ?? 0;
    inside[index] = alpha > 0.996 ? farthest : 0;
    outside[index] = alpha < 0.004 ? farthest : 0;
  }
  chamfer(inside, width, height);
  chamfer(outside, width, height);
  const out = new Float32Array(width * height);
  for (let index = 0; index < out.length; index++) {
    const alpha = premultiplied[index * 4 + 3] ?? 0;
    const deep = inside[index] ?? 0;
    const away = outside[index] ?? 0;
    if (deep > 0) out[index] = edgeWidth / 2 + deep - 0.5;
    else if (away > 0) out[index] = -(edgeWidth / 2 + away - 0.5);
    else out[index] = (alpha - 0.5) * edgeWidth;
  }
  return out;
}

/** Lowers every distance to the nearest zero's. */
function chamfer(field: Float32Array, width: number, height: number): void {
  const lower = (index: number, other: number, step: number) => {
    const through = (field[other] ?? 0) + step;
    if (through < (field[index] ?? 0)) field[index] = through;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      if (x > 0) lower(index, index - 1, 1);
      if (y === 0) continue;
      lower(index, index - width, 1);
      if (x > 0) lower(index, index - width - 1, Math.SQRT2);
      if (x < width - 1) lower(index, index - width + 1, Math.SQRT2);
    }
  for (let y = height - 1; y >= 0; y--)
    for (let x = width - 1; x >= 0; x--) {
      const index = y * width + x;
      if (x < width - 1) lower(index, index + 1, 1);
      if (y === height - 1) continue;
      lower(index, index + width, 1);
      if (x < width - 1) lower(index, index + width + 1, Math.SQRT2);
      if (x > 0) lower(index, index + width - 1, Math.SQRT2);
    }
}
