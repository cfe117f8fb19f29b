import { maskOf } from './mask.ts';

/**
 * A graph to be split in two at the least cost. Arcs come in pairs: arc `2k` leads one way, `2k + 1` back.
 */
export interface CutGraph {
  nodes: number;
  /** Per node what ties it to the source (positive) or to the sink (negative). */
  terminal: Float32Array;
  /** Per node the first of its arcs, -1 for none; per arc the next one of the same node, -1 at the end. */
  first: Int32Array;
  next: Int32Array;
  /** Per arc the node it leads to, and what it can still carry. */
  head: Int32Array;
  capacity: Float32Array;
}

interface Forest extends CutGraph {
  /** Per node the tree it hangs in, and the arc that leads to its parent (or `root`, or `none`). */
  tree: Uint8Array;
  parent: Int32Array;
  /** Per node the round in which its way to the root was last walked, and how long it was. */
  walked: Int32Array;
  steps: Int32Array;
  round: number;
  /** Nodes whose arcs may still lead somewhere, as a linked list. */
  queued: Int32Array;
  firstQueued: number;
  lastQueued: number;
  orphans: number[];
}

const free = 0;
const ofSource = 1;
const ofSink = 2;
const root = -2;
const none = -1;
/** What is left of an arc below this counts as nothing. */
const dust = 1e-9;

/**
 * The cheapest split, as 1 for every node on the source's side: a maximum flow found by growing a tree from either
 * end, after Boykov and Kolmogorov, "An Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy
 * Minimization in Vision" (IEEE PAMI 26, 2004). Uses up `terminal` and `capacity`.
 */
export function minCut(graph: CutGraph): Uint8Array {
  const forest = plant(graph);
  let node = takeQueued(forest);
  while (node !== none) {
    const bridge = grow(forest, node);
    forest.round++;
    if (bridge === none) {
      node = takeQueued(forest);
      continue;
    }
    augment(forest, bridge);
    forest.round++;
    adopt(forest);
    if (forest.tree[node] === free) node = takeQueued(forest);
  }
  return maskOf(graph.nodes, (at) => forest.tree[at] === ofSource);
}

function plant(graph: CutGraph): Forest {
  const { nodes, terminal } = graph;
  const forest: Forest = {
    ...graph,
    tree: new Uint8Array(nodes),
    parent: new Int32Array(nodes).fill(none),
    walked: new Int32Array(nodes),
    steps: new Int32Array(nodes),
    round: 1,
    queued: new Int32Array(nodes).fill(none),
    firstQueued: none,
    lastQueued: none,
    orphans: [],
  };
  for (let node = 0; node < nodes; node++) {
    const tie = terminal[node] ?? 0;
    if (tie === 0) continue;
    forest.tree[node] = tie > 0 ? ofSource : ofSink;
    forest.parent[node] = root;
    forest.steps[node] = 1;
    queue(forest, node);
  }
  return forest;
}

function queue(forest: Forest, node: number): void {
  if (forest.queued[node] !== none || node === forest.lastQueued) return;
  if (forest.lastQueued === none) forest.firstQueued = node;
  else forest.queued[forest.lastQueued] = node;
  forest.lastQueued = node;
}

function takeQueued(forest: Forest): number {
  for (;;) {
    const node = forest.firstQueued;
    if (node === none) return none;
    forest.firstQueued = node === forest.lastQueued ? none : (forest.queued[node] ?? none);
    if (node === forest.lastQueued) forest.lastQueued = none;
    forest.queued[node] = none;
    if (forest.tree[node] !== free) return node;
  }
}

/** Lets the tree of a node take its free neighbours; answers with an arc from the source's tree to the sink's. */
function grow(forest: Forest, node: number): number {
  const { tree, parent, walked, steps, first, next, head, capacity } = forest;
  const own = tree[node] ?? free;
  for (let arc = first[node] ?? none; arc !== none; arc = next[arc] ?? none) {
    const room = own === ofSource ? capacity[arc] : capacity[arc ^ 1];
    if ((room ?? 0) <= 0) continue;
    const other = head[arc] ?? 0;
    const otherTree = tree[other];
    if (otherTree === free) {
      tree[other] = own;
      queue(forest, other);
    } else if (otherTree !== own) return own === ofSource ? arc : arc ^ 1;
    else {
      const isNearer = (steps[other] ?? 0) > (steps[node] ?? 0) + 1;
      if (!isNearer || (walked[other] ?? 0) > (walked[node] ?? 0)) continue;
    }
    parent[other] = arc ^ 1;
    walked[other] = walked[node] ?? 0;
    steps[other] = (steps[node] ?? 0) + 1;
  }
  return none;
}

/** Sends as much as fits over the path that a bridge closes; nodes cut off from their root become orphans. */
function augment(forest: Forest, bridge: number): void {
  const { head, capacity } = forest;
  const from = head[bridge ^ 1] ?? 0;
  const to = head[bridge] ?? 0;
  const flow = Math.min(capacity[bridge] ?? 0, roomToRoot(forest, from, 1), roomToRoot(forest, to, 0));
  capacity[bridge] = (capacity[bridge] ?? 0) - flow;
  capacity[bridge ^ 1] = (capacity[bridge ^ 1] ?? 0) + flow;
  push({ forest, from, flip: 1, flow });
  push({ forest, from: to, flip: 0, flow });
}

/** `flip` 1 looks at arcs towards the node (the source's tree), 0 at arcs away from it (the sink's). */
function roomToRoot({ parent, head, capacity, terminal }: Forest, from: number, flip: number): number {
  let room = Number.POSITIVE_INFINITY;
  let node = from;
  for (let arc = parent[node] ?? root; arc !== root; arc = parent[node] ?? root) {
    const carries = capacity[arc ^ flip] ?? 0;
    if (carries < room) room = carries;
    node = head[arc] ?? 0;
  }
  return Math.min(room, Math.abs(terminal[node] ?? 0));
}

function push(options: { forest: Forest; from: number; flip: number; flow: number }): void {
  const { forest, flip, flow } = options;
  const { parent, head, capacity, terminal, orphans } = forest;
  let node = options.from;
  for (let arc = parent[node] ?? root; arc !== root; arc = parent[node] ?? root) {
    const back = arc ^ flip ^ 1;
    capacity[back] = (capacity[back] ?? 0) + flow;
    const left = (capacity[arc ^ flip] ?? 0) - flow;
    capacity[arc ^ flip] = left > dust ? left : 0;
    if (left <= dust) {
      parent[node] = none;
      orphans.push(node);
    }
    node = head[arc] ?? 0;
  }
  const tie = terminal[node] ?? 0;
  const left = Math.abs(tie) - flow;
  terminal[node] = left > dust ? Math.sign(tie) * left : 0;
  if (left > dust) return;
  parent[node] = none;
  orphans.push(node);
}

/** Gives every orphan a new parent of its own tree, or sets it free and makes its children orphans. */
function adopt(forest: Forest): void {
  const { tree, parent, walked, steps, first, next, head, capacity, orphans, round } = forest;
  for (let at = 0; at < orphans.length; at++) {
    const orphan = orphans[at] ?? 0;
    const own = tree[orphan] ?? free;
    const flip = own === ofSource ? 1 : 0;
    let best = none;
    let fewest = Number.POSITIVE_INFINITY;
    for (let arc = first[orphan] ?? none; arc !== none; arc = next[arc] ?? none) {
      if ((capacity[arc ^ flip] ?? 0) <= 0 || tree[head[arc] ?? 0] !== own) continue;
      const away = stepsToRoot(forest, head[arc] ?? 0);
      if (away >= fewest) continue;
      best = arc;
      fewest = away;
    }
    if (best !== none) {
      parent[orphan] = best;
      walked[orphan] = round;
      steps[orphan] = fewest + 1;
    } else setFree(forest, orphan);
  }
  orphans.length = 0;
}

/** How far a node is from its root, infinite for one that hangs on an orphan. Notes the way for later askers. */
function stepsToRoot({ parent, head, walked, steps, round }: Forest, from: number): number {
  let away = 0;
  for (let node = from; ; away++) {
    if (walked[node] === round) {
      away += steps[node] ?? 0;
      break;
    }
    const link = parent[node] ?? none;
    if (link === none) return Number.POSITIVE_INFINITY;
    if (link === root) {
      walked[node] = round;
      steps[node] = 1;
      away++;
      break;
    }
    node = head[link] ?? 0;
  }
  let left = away;
  for (let node = from; walked[node] !== round; node = head[parent[node] ?? 0] ?? 0) {
    walked[node] = round;
    steps[node] = left--;
  }
  return away;
}

function setFree(forest: Forest, orphan: number): void {
  const { tree, parent, walked, first, next, head, capacity, orphans } = forest;
  const own = tree[orphan] ?? free;
  const flip = own === ofSource ? 1 : 0;
  walked[orphan] = 0;
  for (let arc = first[orphan] ?? none; arc !== none; arc = next[arc] ?? none) {
    const other = head[arc] ?? 0;
    if (tree[other] !== own) continue;
    if ((capacity[arc ^ flip] ?? 0) > 0) queue(forest, other);
    const link = parent[other] ?? none;
    if (link < 0 || head[link] !== orphan) continue;
    parent[other] = none;
    orphans.push(other);
  }
  tree[orphan] = free;
}
