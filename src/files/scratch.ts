import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../domain/errors.ts';

/** Folders for work in progress, each removed when its work ends, whichever way. */
export interface Scratch {
  withFolder<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** Removes what earlier, killed processes left. */
  clear(): Promise<void>;
}

export function scratchIn(root: string): Scratch {
  return {
    async withFolder(work) {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const folder = await mkdtemp(join(root, 'work-'));
      try {
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    clear: () => rm(root, { recursive: true, force: true }),
  };
}

export interface Received {
  path: string;
  sizeBytes: number;
  sha256: string;
}

/** Streams bytes to a file and hashes them on the way; more than `maxBytes` is an AppError `body_too_large`. */
export async function receive(source: Readable, path: string, maxBytes: number): Promise<Received> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) {
        done(
          new AppError('body_too_large', `The upload is larger than ${maxBytes.toLocaleString('en')} bytes.`),
        );
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(source, meter, createWriteStream(path, { mode: 0o600 }));
  return { path, sizeBytes, sha256: hash.digest('hex') };
}
