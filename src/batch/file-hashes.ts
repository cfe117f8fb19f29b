import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../domain/errors.ts';
import { atMost } from './at-most.ts';

/** What a file was when it was last read: size in bytes, time of change in milliseconds, SHA-256. */
export type KnownFile = [sizeBytes: number, changedMs: number, sha256: string];

/** By absolute path; kept between runs by whoever has a place for it. */
export type KnownFiles = Map<string, KnownFile>;

/** A file changed so shortly before it was read may change again within the same tick of its clock. */
const settledMs = 2_000;

/**
 * The SHA-256 of local files, at once where this run has it. A file whose size and time of change are as `known` says is
 * not read again. Each path is looked at once. Rejects with an AppError for one that cannot be read.
 */
export function createFileHashes(options: {
  known: KnownFiles;
  now(): number;
  atOnce?: number;
}): (path: string) => string | Promise<string> {
  const { known, now } = options;
  const inTurn = atMost(options.atOnce ?? 8);
  const ofThisRun = new Map<string, string | Promise<string>>();

  const look = async (path: string): Promise<string> => {
    const { size, mtimeMs } = await stat(path);
    const before = known.get(path);
    if (before !== undefined && before[0] === size && before[1] === mtimeMs) return before[2];
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest('hex');
    if (now() - mtimeMs > settledMs) known.set(path, [size, mtimeMs, sha256]);
    else known.delete(path);
    return sha256;
  };

  return (path) => {
    const before = ofThisRun.get(path);
    if (before !== undefined) return before;
    const looking = inTurn(() => look(path)).then(
      (sha256) => {
        ofThisRun.set(path, sha256);
        return sha256;
      },
      (error: NodeJS.ErrnoException) => {
        throw unreadable(path, error);
      },
    );
    looking.catch(() => {});
    ofThisRun.set(path, looking);
    return looking;
  };
}

function unreadable(path: string, error: NodeJS.ErrnoException): unknown {
  if (error.code === undefined) return error;
  return new AppError(
    'reference_unreachable',
    error.code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${error.code}).`,
    { cause: error },
  );
}
