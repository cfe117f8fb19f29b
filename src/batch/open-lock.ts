import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { emptyLock, type Lock, lockName, readLock } from './lock-file.ts';

/** The lock beside a workflow file, and where it is; an empty one where there is none yet. */
export async function openLock(workflowFile: string): Promise<{ path: string; lock: Lock }> {
  const path = join(dirname(resolve(workflowFile)), lockName);
  try {
    return { path, lock: readLock(await readFile(path, 'utf8'), path) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path, lock: emptyLock() };
    throw error;
  }
}
