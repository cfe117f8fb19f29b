import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../domain/errors.ts';

/** The content of a file, read at most once. Throws an AppError for one that cannot be read. */
export function createFileHashes(): (path: string) => string | Promise<string> {
  const known = new Map<string, string | Promise<string>>();
  return (path) => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const made = sha256Of(path).then((sha256) => {
      known.set(path, sha256);
      return sha256;
    });
    known.set(path, made);
    return made;
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new AppError(
      'invalid_request',
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`,
    );
  }
  return hash.digest('hex');
}
