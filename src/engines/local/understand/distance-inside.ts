/**
 * For every pixel of the mask, how many steps (4-neighbours) it lies inside: 1 at the outline, `most` where it is
 * that deep or deeper, 0 outside. The border of the picture is no outline.
 */
export function distanceInside(mask: Uint8Array, width: number, height: number, most: number): Uint8Array {
  const depth = new Uint8Array(mask.length);
  let layer: number[] = [];
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      if (mask[index] === 0) continue;
      depth[index] = most;
      const touches =
        (x > 0 && mask[index - 1] === 0) ||
        (x < width - 1 && mask[index + 1] === 0) ||
        (y > 0 && mask[index - width] === 0) ||
        (y < height - 1 && mask[index + width] === 0);
      if (touches) layer.push(index);
    }
  for (const index of layer) depth[index] = 1;
  for (let level = 2; level < most; level++) {
    const next: number[] = [];
    const visit = (index: number) => {
      if ((depth[index] ?? 0) !== most) return;
      depth[index] = level;
      next.push(index);
    };
    for (const index of layer) {
      const x = index % width;
      if (x > 0) visit(index - 1);
      if (x < width - 1) visit(index + 1);
      if (index >= width) visit(index - width);
      if (index + width < mask.length) visit(index + width);
    }
    layer = next;
  }
  return depth;
}
