import type { Readable } from 'node:stream';
import { Nonsense } from './nonsense.ts';

const longestLine = 4_096;

/** The lines of a stream. Throws on one that does not end. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > longestLine)
      throw new Nonsense(`The media child wrote a line of more than ${longestLine} bytes.`);
  }
  if (rest !== '') yield rest;
}

/** Blocks of exactly `length` bytes, each in a buffer of its own; an incomplete last one is dropped. */
export async function* blocksOf(stream: Readable, length: number): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafe(length);
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(block, filled, at);
      at += copied;
      filled += copied;
      if (filled < length) continue;
      yield block;
      block = Buffer.allocUnsafe(length);
      filled = 0;
    }
  }
}

/** Everything a stream brings, up to `mostBytes`; what comes after it is an error. */
export async function allOf(stream: Readable, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Nonsense(`The media child answered with more than ${mostBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
