import { writeSync } from 'node:fs';

/**
 * Writes all of `data` to the parent, waiting as long as it takes: the pipe is how the parent slows us down.
 * Never `process.stdout`, which would buffer without bound and turn the pipe non-blocking.
 */
export function answer(data: Buffer | string): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(1, bytes, sent);
}
