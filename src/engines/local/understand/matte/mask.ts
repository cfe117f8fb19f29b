/** A plane with 1 where the test holds and 0 elsewhere; many times as fast as mapping a typed array. */
export function maskOf(pixels: number, isSet: (index: number) => boolean): Uint8Array {
  const mask = new Uint8Array(pixels);
  for (let index = 0; index < pixels; index++) if (isSet(index)) mask[index] = 1;
  return mask;
}
