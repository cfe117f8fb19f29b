import { resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';

/** Where a path of a workflow leads. Throws an AppError where a workflow may touch no files. */
export function pathIn(folder: string | undefined, path: string): string {
  if (folder !== undefined) return resolve(folder, path);
  throw new AppError(
    'invalid_request',
    `The path ${path} cannot be used: a workflow on a server reaches no files.`,
    {
      hint: 'Give a url, or run the workflow from the command line.',
    },
  );
}

/** What went wrong with a file, for a person; the error itself where it is none of the usual. */
export function fileError(error: unknown, path: string): unknown {
  const why: Record<string, string> = {
    ENOENT: `There is no file ${path}.`,
    ENOTDIR: `There is no file ${path}.`,
    EISDIR: `${path} is a folder, not a file.`,
    EACCES: `${path} may not be opened by this user.`,
    ENOSPC: `${path} cannot be written: the disk is full.`,
    EROFS: `${path} cannot be written: the disk is read-only.`,
  };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = why[code];
  return message === undefined ? error : new AppError('invalid_request', message, { cause: error });
}
