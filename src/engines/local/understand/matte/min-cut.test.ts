import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../random.ts';
import { type CutGraph, minCut } from './min-cut.ts';

interface Arc {
  from: number;
  to: number;
  weight: number;
}

test('splits a chain at its weakest link', () => {
  const graph = graphOf(
    [9, 0, 0, -9],
    [
      { from: 0, to: 1, weight: 3 },
      { from: 1, to: 2, weight: 1 },
      { from: 2, to: 3, weight: 2 },
    ],
  );
  assert.deepEqual([...minCut(graph)], [1, 1, 0, 0]);
});

test('finds the same cost as trying every split, over 60 random graphs', () => {
  const random = seededRandom(7, 'min-cut');
  for (let round = 0; round < 60; round++) {
    const nodes = 9;
    const ties = Array.from({ length: nodes }, () => Math.round((random() - 0.5) * 20));
    const arcs: Arc[] = [];
    for (let from = 0; from < nodes; from++)
      for (let to = from + 1; to < nodes; to++)
        if (random() < 0.45) arcs.push({ from, to, weight: Math.round(random() * 8) });
    const found = [...minCut(graphOf(ties, arcs))];
    let least = Number.POSITIVE_INFINITY;
    for (let bits = 0; bits < 2 ** nodes; bits++) {
      const sides = ties.map((_, node) => (bits >> node) & 1);
      least = Math.min(least, costOf(ties, arcs, sides));
    }
    assert.equal(costOf(ties, arcs, found), least);
  }
});

function costOf(ties: number[], arcs: Arc[], sides: number[]): number {
  let cost = 0;
  for (const [node, tie] of ties.entries()) if ((tie > 0 ? 1 : 0) !== sides[node]) cost += Math.abs(tie);
  for (const { from, to, weight } of arcs) if (sides[from] !== sides[to]) cost += weight;
  return cost;
}

function graphOf(ties: number[], arcs: Arc[]): CutGraph {
  const graph: CutGraph = {
    nodes: ties.length,
    terminal: Float32Array.from(ties),
    first: new Int32Array(ties.length).fill(-1),
    next: new Int32Array(arcs.length * 2),
    head: new Int32Array(arcs.length * 2),
    capacity: new Float32Array(arcs.length * 2),
  };
  for (const [pair, { from, to, weight }] of arcs.entries())
    for (const [arc, tail, tip] of [
      [pair * 2, from, to],
      [pair * 2 + 1, to, from],
    ] as const) {
      graph.head[arc] = tip;
      graph.capacity[arc] = weight;
      graph.next[arc] = graph.first[tail] ?? -1;
      graph.first[tail] = arc;
    }
  return graph;
}
