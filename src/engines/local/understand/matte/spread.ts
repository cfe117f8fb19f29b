/**
 * Grows the ground from the queued pixels to every neighbour with at least `least` in `room`, for at most `steps`
 * rounds. Answers with the queue of all pixels that were queued or joined.
 */
export function spread(options: {
  queue: Int32Array;
  tail: number;
  ground: Uint8Array;
  width: number;
  room: Uint8Array;
  least: number;
  steps?: number;
}): { queue: Int32Array; tail: number } {
  const { queue, ground, width, room, least, steps = Number.POSITIVE_INFINITY } = options;
  let { tail } = options;
  let head = 0;
  for (let step = 0; step < steps && head < tail; step++)
    for (const end = tail; head < end; head++) {
      const from = queue[head] ?? 0;
      const x = from % width;
      for (let side = 0; side < 4; side++) {
        if (side === 0 ? x === 0 : side === 1 && x === width - 1) continue;
        const next = from + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        if (next < 0 || next >= ground.length || ground[next] !== 0 || (room[next] ?? 0) < least) continue;
        ground[next] = 1;
        queue[tail++] = next;
      }
    }
  return { queue, tail };
}

/** Every pixel of the ground that a neighbour could still join. */
export function queueOf(ground: Uint8Array, width: number): { queue: Int32Array; tail: number } {
  const queue = new Int32Array(ground.length);
  let tail = 0;
  for (let index = 0; index < ground.length; index++) {
    if (ground[index] === 0) continue;
    const isInner =
      ground[index - 1] === 1 &&
      ground[index + 1] === 1 &&
      ground[index - width] === 1 &&
      ground[index + width] === 1;
    if (!isInner) queue[tail++] = index;
  }
  return { queue, tail };
}
