import { open, rename, rm } from 'node:fs/promises';
import { type Client, KinoraError } from '../../client/index.ts';

const tries = 3;

/**
 * Brings a file of `bytes` bytes to `path`; whatever stands there is replaced only by the whole. `link` is asked anew
 * for each try, since links grow old.
 */
export async function download(options: {
  client: Client;
  link(): Promise<string>;
  path: string;
  /** Absent where the size is not known beforehand. */
  bytes?: number;
  signal: AbortSignal;
}): Promise<void> {
  const { client, link, path, bytes, signal } = options;
  const temporary = `${path}.${process.pid}.part`;
  for (let left = tries - 1; ; left -= 1) {
    try {
      const received = await receive(await client.files.download(await link(), { signal }), temporary);
      if (bytes !== undefined && received !== bytes)
        throw new KinoraError('unreachable', `${path}: ${received} of ${bytes} bytes arrived.`, {
          retryable: true,
        });
      await rename(temporary, path);
      return;
    } catch (error) {
      await rm(temporary, { force: true });
      signal.throwIfAborted();
      const mayPass = error instanceof TypeError || (error instanceof KinoraError && error.retryable);
      if (left === 0 || !mayPass) throw error;
    }
  }
}

async function receive(stream: ReadableStream<Uint8Array>, path: string): Promise<number> {
  const file = await open(path, 'w');
  let received = 0;
  try {
    for await (const chunk of stream) {
      await file.writeFile(chunk);
      received += chunk.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return received;
}
