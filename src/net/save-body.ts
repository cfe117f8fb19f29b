import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';

/**
 * Writes a stream to a new file as it arrives. `onTooLarge` makes the error thrown at the first byte beyond
 * `maxBytes`. On any failure the file is removed; a file that was there before is an error and stays as it is.
 */
export async function saveBody(
  body: AsyncIterable<Uint8Array>,
  options: { to: string; maxBytes: number; onTooLarge(): Error },
): Promise<{ sizeBytes: number; sha256: string }> {
  const file = await open(options.to, 'wx', 0o600);
  try {
    const saved = await write(body, file, options);
    await file.close();
    return saved;
  } catch (error) {
    await file.close();
    await rm(options.to, { force: true });
    throw error;
  }
}

async function write(
  body: AsyncIterable<Uint8Array>,
  file: FileHandle,
  options: { maxBytes: number; onTooLarge(): Error },
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > options.maxBytes) throw options.onTooLarge();
    hash.update(chunk);
    await file.appendFile(chunk);
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}
