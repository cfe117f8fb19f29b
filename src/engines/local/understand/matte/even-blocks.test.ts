import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockNodes, pixelNodes, reopened } from './even-blocks.ts';
import { known } from './trimap.ts';

const width = 32;
const open = new Uint8Array(width * width).fill(known.open);
const isRightOf = (index: number, column: number) => index % width >= column;
/** An edge before the column that costs next to nothing, and even pixels elsewhere. */
const edgeBefore = (column: number) => (one: number, other: number) =>
  isRightOf(one, column) === isRightOf(other, column) ? 1 : 0.01;

test('takes even pixels together and keeps those along an edge apart', () => {
  const { node, nodes, blocks } = blockNodes(open, width, edgeBefore(14));
  assert.ok(blocks > 8 && nodes < open.length / 2, `${blocks} blocks, ${nodes} nodes`);
  assert.equal(node[0], node[1]);
  for (let index = 0; index < open.length; index++)
    if (isRightOf(index, 12) && !isRightOf(index, 14)) assert.ok((node[index] ?? 0) >= blocks, `${index}`);
});

test('opens the pixels again where the outline runs along a block, and there alone', () => {
  const nodes = blockNodes(open, width, edgeBefore(14));
  const along = (column: number) => ({
    trimap: open,
    ground: Uint8Array.from(open, (_, index) => (isRightOf(index, column) ? 0 : 1)),
    nodes,
    width,
  });
  assert.equal(reopened(along(14)), undefined);
  const again = reopened(along(24));
  assert.deepEqual(
    [...(again?.subarray(0, width) ?? [])],
    [
      ...new Array(19).fill(known.ground),
      ...new Array(10).fill(known.open),
      ...new Array(3).fill(known.subject),
    ],
  );
});

test('takes coarser steps of a photo that is busy all over', () => {
  const side = 480;
  const busy = new Uint8Array(side * side).fill(known.open);
  assert.ok(pixelNodes(busy).nodes > 200_000);
  assert.ok(blockNodes(busy, side, () => 0.1).nodes < 20_000);
});
