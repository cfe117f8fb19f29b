/** Numbers that follow from a seed alone: what a seed has drawn once it draws again. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** From `least` to `most`. */
  between(least: number, most: number): number;
  pick<T>(values: readonly T[]): T;
  /** One of them, each as likely as its weight says. */
  weighed<T>(values: readonly (readonly [weight: number, value: T])[]): T;
  /** Another such source, that does not depend on how much of this one was drawn. */
  fork(name: string): Random;
}

/** Mulberry32: 32 bits of state, good enough to be unfair with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(next() * values.length)];
    if (value === undefined) throw new Error('there is nothing to pick from');
    return value;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    pick,
    weighed(values) {
      let left = next() * values.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of values) {
        left -= weight;
        if (left < 0) return value;
      }
      return pick(values.map(([, value]) => value));
    },
    fork: (name) =>
      createRandom([...name].reduce((hash, char) => Math.imul(hash, 31) + char.charCodeAt(0), seed)),
  };
}
