/** Numbers from 0 up to 1, the same row for the same seed on every machine. */
export type Random = () => number;

/** sfc32 by Chris Doty-Humphrey (PractRand), 128 bits of state, warmed up from 53 bits of seed. */
export function seededRandom(seed: number): Random {
  let [a, b, c, count] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 0x9e3779b9, 1];
  const next = () => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let index = 0; index < 15; index++) next();
  return next;
}

/** A standard normal, by Marsaglia's polar method. */
export function normal(random: Random): number {
  for (;;) {
    const [x, y] = [2 * random() - 1, 2 * random() - 1];
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/**
 * A gamma with this shape (> 0) and scale 1: Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM
 * Transactions on Mathematical Software 26(3), 2000; shapes below 1 by their boost.
 */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A beta, as the share of one gamma in two. */
export function beta(random: Random, a: number, b: number): number {
  const one = gamma(random, a);
  return one / (one + gamma(random, b));
}
