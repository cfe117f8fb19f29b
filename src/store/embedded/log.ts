import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const largestBytes = 5_000_000;
const mostReadBytes = 4_096;

/** What the server of an area writes about itself. */
export const logFile = (area: string) => join(area, 'server.log');

/** Starts a new log when the old one has grown large; one old one is kept. */
export async function turnLog(area: string): Promise<void> {
  const size = await stat(logFile(area)).then(
    (found) => found.size,
    () => 0,
  );
  if (size > largestBytes) await rename(logFile(area), `${logFile(area)}.1`);
}

/** What the server wrote since `offset`, at most 4 kB of its end. */
export async function readLog(area: string, offset: number): Promise<string> {
  const log = await open(logFile(area), 'r');
  try {
    const { size } = await log.stat();
    const from = Math.max(offset, size - mostReadBytes);
    const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(mostReadBytes), position: from });
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await log.close();
  }
}
