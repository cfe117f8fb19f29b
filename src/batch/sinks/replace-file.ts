import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, parse } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../domain/errors.ts';
import { fileError } from '../files.ts';
import type { SinkResult } from './sink.ts';

/**
 * Writes a file in pieces and puts it in its place when it is whole: a reader, or a power cut, meets the old one or the
 * new one. Nothing is left of one that was not finished.
 */
export async function replaceFile(
  path: string,
  pieces: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(
      Readable.from(pieces, { objectMode: true }),
      createWriteStream(temporary, { flush: true }),
      { signal },
    );
    signal.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    signal.throwIfAborted();
    throw fileError(error, path);
  }
  await syncFolder(dirname(path));
}

/** The rename itself is durable only with its folder; systems that cannot open a folder do without. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** A rehearsal never takes the place of the real thing: `results.csv` is `results.rehearsal.csv` then. */
export function rehearsalPath(path: string): string {
  const { dir, name, ext } = parse(path);
  return `${dir === '' ? '' : `${dir}/`}${name}.rehearsal${ext}`;
}

/**
 * Whether results are those of a rehearsal, by the first of them, and all of them again. Throws an AppError at one that
 * disagrees; without any they are none.
 */
export async function asRehearsal(
  results: AsyncIterable<SinkResult>,
): Promise<{ isRehearsal: boolean; all: AsyncIterable<SinkResult> }> {
  const iterator = results[Symbol.asyncIterator]();
  const first = await iterator.next();
  const isRehearsal = first.done !== true && first.value.rehearsal;
  async function* all(): AsyncGenerator<SinkResult, void, undefined> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) {
        if (next.value.rehearsal !== isRehearsal)
          throw new AppError(
            'invalid_request',
            `${next.value.key}: a rehearsal and real results cannot share a file.`,
          );
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { isRehearsal, all: all() };
}
