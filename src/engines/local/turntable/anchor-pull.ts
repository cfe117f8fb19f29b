import type { Anchor } from './find-anchors.ts';

/** What anchors say about the motion on a grid: where it should be, and how strongly, 0 to 1. In cells. */
export interface Pull {
  across: Float32Array;
  down: Float32Array;
  weight: Float32Array;
}

/** How far an anchor's word carries, in cells of the grid that it was found on. */
const carry = 4.5;

/** Spreads anchors over a half-way grid whose cells are `coarser` times those of the grid they were found on. */
export function pullOf(
  anchors: readonly Anchor[],
  { width, height }: { width: number; height: number },
  coarser: number,
): Pull {
  const size = width * height;
  const pull = {
    across: new Float32Array(size),
    down: new Float32Array(size),
    weight: new Float32Array(size),
  };
  for (const { fromX, fromY, toX, toY } of anchors) {
    const middleX = ((fromX + toX) / 2 + 0.5) / coarser - 0.5;
    const middleY = ((fromY + toY) / 2 + 0.5) / coarser - 0.5;
    const spread = Math.max(carry / coarser, 0.8);
    const reach = Math.ceil(spread * 2.5);
    for (let y = Math.max(0, Math.round(middleY) - reach); y <= Math.min(height - 1, middleY + reach); y++)
      for (let x = Math.max(0, Math.round(middleX) - reach); x <= Math.min(width - 1, middleX + reach); x++) {
        const weight = Math.exp(-((x - middleX) ** 2 + (y - middleY) ** 2) / (2 * spread * spread));
        const at = y * width + x;
        pull.weight[at] = (pull.weight[at] ?? 0) + weight;
        pull.across[at] = (pull.across[at] ?? 0) + (weight * (toX - fromX)) / coarser;
        pull.down[at] = (pull.down[at] ?? 0) + (weight * (toY - fromY)) / coarser;
      }
  }
  for (let at = 0; at < size; at++) {
    const weight = Math.max(1e-6, pull.weight[at] ?? 0);
    pull.across[at] = (pull.across[at] ?? 0) / weight;
    pull.down[at] = (pull.down[at] ?? 0) / weight;
    pull.weight[at] = Math.min(1, weight);
  }
  return pull;
}
