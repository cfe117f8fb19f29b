import type { BytesOfFile } from './bytes-of-file.ts';

export interface PngChunk {
  type: string;
  /** Where its content begins. */
  at: number;
  /** As it claims; the file may be shorter. */
  length: number;
}

const mostChunks = 20_000;

/** The chunks of a PNG in their order, to IEND if it has one. */
export async function* pngChunks(file: BytesOfFile): AsyncGenerator<PngChunk> {
  for (let at = 8, chunk = 0; chunk < mostChunks; chunk++) {
    const head = await file.read(at, 8);
    if (head.length < 8) return;
    const [length, type] = [head.readUInt32BE(0), head.toString('latin1', 4)];
    yield { type, at: at + 8, length };
    if (type === 'IEND') return;
    at += 12 + length;
  }
}
