import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A regular file, read a few bytes at a time. */
export interface BytesOfFile {
  size: number;
  /** At most `length` bytes from `position`; fewer where the file ends. */
  read(position: number, length: number): Promise<Buffer>;
}

/**
 * Opens a file for `use` and closes it afterwards. Answers with a reason for what is not a regular file: a pipe or
 * a device would keep its reader waiting for ever.
 */
export async function withFile<T>(
  path: string,
  use: (file: BytesOfFile) => Promise<T>,
): Promise<{ status: 'read'; result: T } | { status: 'unreadable'; reason: string }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (stats.isDirectory()) return { status: 'unreadable', reason: 'it is a folder' };
    if (!stats.isFile()) return { status: 'unreadable', reason: 'it is a pipe or a device, not a file' };
    return { status: 'read', result: await use(bytesOf(handle, stats.size)) };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { status: 'unreadable', reason };
  } finally {
    await handle?.close();
  }
}

function bytesOf(handle: FileHandle, size: number): BytesOfFile {
  return {
    size,
    async read(position, length) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, bytesRead);
    },
  };
}

// Undefined for what is no answer of the system, but a fault of ours.
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'it may not be read by this process';
  return `it cannot be read (${error.code})`;
}
