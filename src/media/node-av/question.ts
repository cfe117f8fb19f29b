import { readSync } from 'node:fs';

/** Fills `buffer` from the parent. False if the parent's words ended before its first byte; throws in the middle. */
export function readFully(buffer: Buffer): boolean {
  let filled = 0;
  while (filled < buffer.length) {
    const read = readSync(0, buffer, filled, buffer.length - filled, null);
    if (read === 0) {
      if (filled === 0) return false;
      throw new Error(`the input ended ${buffer.length - filled} bytes before the end of a frame`);
    }
    filled += read;
  }
  return true;
}
