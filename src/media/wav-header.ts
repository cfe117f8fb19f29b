import type { BytesOfFile } from './bytes-of-file.ts';

const mostChunks = 1_000;

/**
 * The share of a WAV's sound that is in the file; demuxers simply stop where it ends. 1 if the header leaves the size
 * open, as programs do that write to a pipe.
 */
export async function wavShare(file: BytesOfFile): Promise<number> {
  for (let at = 12, chunk = 0; chunk < mostChunks; chunk++) {
    const head = await file.read(at, 8);
    if (head.length < 8) return 1;
    const length = head.readUInt32LE(4);
    if (head.toString('latin1', 0, 4) === 'data') {
      const isOpen = length === 0 || length >= 0x7fff_0000;
      return isOpen ? 1 : Math.min(1, (file.size - at - 8) / length);
    }
    at += 8 + length + (length % 2);
  }
  return 1;
}
