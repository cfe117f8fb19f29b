import { distanceTo } from '../distance-inside.ts';
import { known } from './trimap.ts';

/** Pixels a block is wide and high; the larger ones are taken first. */
const sizes = [8, 4];
/**
 * What a cut between two pixels must at least cost for them to be even; a photo that is busy all over has to do with
 * coarser steps, so that no photo takes more than a second.
 */
const leastCosts = [0.3, 0.05, 0];
const mostNodes = 150_000;
/** Pixels around a block that the outline runs along, within which it is looked for again. */
const around = 4;

/** The cost of a cut between two neighbouring pixels. */
export type Cost = (one: number, other: number) => number;

export interface Nodes {
  /** Per pixel its node in the graph, -1 where nothing is to be decided. */
  node: Int32Array;
  nodes: number;
  /** The first so many nodes stand for a block each. */
  blocks: number;
}

/** A node for every open pixel. */
export function pixelNodes(trimap: Uint8Array): Nodes {
  return withPixels(trimap, { node: new Int32Array(trimap.length).fill(-1), nodes: 0, blocks: 0 });
}

/**
 * A node for every open pixel, but one for all of a block without an edge: where there is an edge to follow, no outline
 * runs through such a block. A minimal cut is slow in large even areas, and this makes them small.
 */
export function blockNodes(trimap: Uint8Array, width: number, cost: Cost): Nodes {
  let nodes: Nodes = { node: new Int32Array(), nodes: 0, blocks: 0 };
  for (const leastCost of leastCosts) {
    nodes = nodesOfBlocks({ trimap, width, isEven: evenPixels({ trimap, width, cost, leastCost }) });
    if (nodes.nodes <= mostNodes) break;
  }
  return nodes;
}

function nodesOfBlocks(options: { trimap: Uint8Array; width: number; isEven: Uint8Array }): Nodes {
  const { trimap, width, isEven } = options;
  const node = new Int32Array(trimap.length).fill(-1);
  let blocks = 0;
  for (const size of sizes)
    for (let top = 0; top + size <= trimap.length / width; top += size)
      for (let left = 0; left + size <= width; left += size) {
        const first = top * width + left;
        if (node[first] !== -1 || !isEvenBlock(isEven, first, size, width)) continue;
        for (let row = 0; row < size; row++)
          node.fill(blocks, first + row * width, first + row * width + size);
        blocks++;
      }
  return withPixels(trimap, { node, nodes: blocks, blocks });
}

/**
 * Where the outline runs along a block after all, for want of an edge, it is open again around there; everything else
 * is known now. Undefined where it does so nowhere.
 */
export function reopened(options: {
  trimap: Uint8Array;
  ground: Uint8Array;
  nodes: Nodes;
  width: number;
}): Uint8Array | undefined {
  const { trimap, ground, nodes, width } = options;
  const height = trimap.length / width;
  const isBlock = (index: number) => {
    const at = nodes.node[index] ?? -1;
    return at !== -1 && at < nodes.blocks;
  };
  const along = new Uint8Array(trimap.length);
  for (let index = 0; index < along.length; index++) {
    if (!isBlock(index)) continue;
    const own = ground[index];
    const x = index % width;
    const isAlong =
      (x > 0 && ground[index - 1] !== own) ||
      (x < width - 1 && ground[index + 1] !== own) ||
      (index >= width && ground[index - width] !== own) ||
      (index < trimap.length - width && ground[index + width] !== own);
    if (isAlong) along[index] = 1;
  }
  if (!along.includes(1)) return undefined;
  const away = distanceTo(along, width, height, around + 1);
  const again = new Uint8Array(trimap.length);
  for (let index = 0; index < again.length; index++) {
    if (trimap[index] === known.open && (away[index] ?? 0) <= around) continue;
    again[index] = ground[index] === 1 ? known.ground : known.subject;
  }
  return again;
}

function withPixels(trimap: Uint8Array, { node, nodes: blocks }: Nodes): Nodes {
  let nodes = blocks;
  for (let index = 0; index < trimap.length; index++)
    if (trimap[index] === known.open && node[index] === -1) node[index] = nodes++;
  return { node, nodes, blocks };
}

/** 1 for open pixels without an edge to the next ones to the right and below. */
function evenPixels(options: {
  trimap: Uint8Array;
  width: number;
  cost: Cost;
  leastCost: number;
}): Uint8Array {
  const { trimap, width, cost, leastCost } = options;
  const even = new Uint8Array(trimap.length);
  for (let index = 0; index + width + 1 < trimap.length; index++) {
    if (trimap[index] !== known.open) continue;
    const right = index + 1;
    const below = index + width;
    const isEven =
      cost(index, right) >= leastCost &&
      cost(index, below) >= leastCost &&
      cost(index, below + 1) >= leastCost &&
      cost(right, below) >= leastCost;
    if (isEven) even[index] = 1;
  }
  return even;
}

function isEvenBlock(isEven: Uint8Array, first: number, size: number, width: number): boolean {
  for (let row = 0; row < size; row++)
    for (let index = first + row * width, end = index + size; index < end; index++)
      if (isEven[index] === 0) return false;
  return true;
}
