/** Numbers from 0 up to 1, the same row for the same seed and purpose on every machine. */
export function seededRandom(seed: number, purpose: string): () => number {
  let state = seed >>> 0;
  for (let index = 0; index < purpose.length; index++)
    state = Math.imul(state ^ purpose.charCodeAt(index), 0x9e3779b1) >>> 0;
  state ^= Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
