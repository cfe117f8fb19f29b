import { distanceTo } from '../distance-inside.ts';
import type { OklabPlanes } from '../oklab.ts';
import { blockNodes, type Cost, type Nodes, pixelNodes, reopened } from './even-blocks.ts';
import { type CutGraph, minCut } from './min-cut.ts';
import type { OffGround } from './off-ground.ts';
import { known } from './trimap.ts';

/**
 * Decides every open pixel: 1 for ground. The outline is the cheapest closed one, where going through even pixels
 * costs 1 each and going along an edge next to nothing: a minimal cut of the grid of pixels with 8 neighbours, after
 * Boykov and Jolly, "Interactive Graph Cuts for Optimal Boundary & Region Segmentation of Objects in N-D Images"
 * (ICCV 2001). `smooth`: the photo freed from noise. `softness` is the step of colour, in OKLab, that halves the cost.
 */
export function cutOutline(options: {
  trimap: Uint8Array;
  lean: Float32Array;
  off: OffGround;
  smooth: OklabPlanes;
  softness: number;
}): Uint8Array {
  const { trimap, lean, smooth } = options;
  const { width } = smooth;
  const cost = edgeCost(options);
  const nodes = blockNodes(trimap, width, cost);
  const ground = cheapestCut({ trimap, lean, nodes, width, cost });
  const again = reopened({ trimap, ground, nodes, width });
  if (again === undefined) return ground;
  return cheapestCut({ trimap: again, lean, nodes: pixelNodes(again), width, cost });
}

interface CutProblem {
  trimap: Uint8Array;
  lean: Float32Array;
  nodes: Nodes;
  width: number;
  cost: Cost;
}

function cheapestCut(problem: CutProblem): Uint8Array {
  const { trimap, lean, nodes } = problem;
  const { node } = nodes;
  let open = 0;
  for (const pixel of trimap) if (pixel === known.open) open++;
  const graph = emptyGraph(nodes.nodes, open * 8);
  for (let index = 0; index < trimap.length; index++) {
    const at = node[index] ?? -1;
    if (at !== -1) graph.terminal[at] = (graph.terminal[at] ?? 0) - (lean[index] ?? 0);
  }
  joinNeighbours(problem, graph);
  const side = minCut(graph);
  const ground = new Uint8Array(trimap.length);
  for (let index = 0; index < ground.length; index++) {
    const own = trimap[index];
    if (own === known.open ? side[node[index] ?? 0] === 1 : own === known.ground) ground[index] = 1;
  }
  return ground;
}

function emptyGraph(nodes: number, arcs: number): CutGraph {
  return {
    nodes,
    terminal: new Float32Array(nodes),
    first: new Int32Array(nodes).fill(-1),
    next: new Int32Array(arcs),
    head: new Int32Array(arcs),
    capacity: new Float32Array(arcs),
  };
}

function joinNeighbours({ trimap, nodes, width, cost }: CutProblem, graph: CutGraph): void {
  const { node, blocks } = nodes;
  const { terminal, first, next, head, capacity } = graph;
  const height = trimap.length / width;
  // Nothing to join within the known parts, which are most of a photo.
  const hasNode = new Uint8Array(node.length);
  for (let index = 0; index < node.length; index++) if (node[index] !== -1) hasNode[index] = 1;
  const away = distanceTo(hasNode, width, height, 3);
  let arcs = 0;
  const arcBetween = (from: number, to: number) => {
    // Only a block has several pixels beside one and the same node.
    if (from >= blocks && to >= blocks) return -1;
    let arc = first[from] ?? -1;
    while (arc !== -1 && head[arc] !== to) arc = next[arc] ?? -1;
    return arc;
  };
  const join = (one: number, other: number, far: number) => {
    const from = node[one] ?? -1;
    const to = node[other] ?? -1;
    if (from === to) return;
    const weight = cost(one, other) * far;
    if (from === -1 || to === -1) {
      const open = from === -1 ? to : from;
      const isGround = trimap[from === -1 ? one : other] === known.ground;
      terminal[open] = (terminal[open] ?? 0) + (isGround ? weight : -weight);
      return;
    }
    const there = arcBetween(from, to);
    if (there !== -1) {
      capacity[there] = (capacity[there] ?? 0) + weight;
      capacity[there ^ 1] = (capacity[there ^ 1] ?? 0) + weight;
      return;
    }
    head[arcs] = to;
    head[arcs + 1] = from;
    capacity[arcs] = weight;
    capacity[arcs + 1] = weight;
    next[arcs] = first[from] ?? -1;
    first[from] = arcs++;
    next[arcs] = first[to] ?? -1;
    first[to] = arcs++;
  };
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      if ((away[index] ?? 0) > 2) continue;
      if (x + 1 < width) join(index, index + 1, 1);
      if (y + 1 === height) continue;
      join(index, index + width, 1);
      if (x + 1 < width) join(index, index + width + 1, Math.SQRT1_2);
      if (x > 0) join(index, index + width - 1, Math.SQRT1_2);
    }
}

/** In a shadow a change of lightness this large a share of its depth is its slope, not an edge. */
const shadeSlope = 0.2;
const mostSlopedDepth = 0.06;

function edgeCost(options: { off: OffGround; smooth: OklabPlanes; softness: number }): Cost {
  const { off, softness } = options;
  const { L, a, b } = options.smooth;
  const sharp = 1 / (softness * softness);
  return (one: number, other: number): number => {
    const da = (a[one] ?? 0) - (a[other] ?? 0);
    const db = (b[one] ?? 0) - (b[other] ?? 0);
    const lighter = Math.max(off.lightness[one] ?? 0, off.lightness[other] ?? 0);
    const depth = Math.min(mostSlopedDepth, Math.max(0, -lighter));
    const slope = (off.chroma[one] ?? 1) < 0.02 + depth * 0.05 ? depth * shadeSlope : 0;
    const step = Math.max(0, Math.abs((L[one] ?? 0) - (L[other] ?? 0)) - slope);
    return 1 / (1 + (step * step + 4 * (da * da + db * db)) * sharp);
  };
}
