import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { FileStore } from './file-store.ts';

/**
 * Keeps bytes below `root`, fanned out by the first two characters of the hash. `keep` expects its source on the same
 * file system, so that the rename is atomic: a name in the tree always has all its bytes, also after a crash.
 */
export function diskFiles(root: string): FileStore {
  const pathOf = (sha256: string) => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`"${sha256}" is not a SHA-256`);
    return join(root, sha256.slice(0, 2), sha256);
  };
  const present = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  const localPath = async (sha256: string) => {
    const path = pathOf(sha256);
    if (!(await present(path))) throw new AppError('not_found', 'The bytes of this file are gone.');
    return path;
  };

  return {
    async keep(sha256, path) {
      const target = pathOf(sha256);
      if (path === target) return;
      if (await present(target)) {
        await rm(path, { force: true });
        return;
      }
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await flush(path);
      await rename(path, target);
      await flush(dirname(target));
    },
    async read(sha256, range) {
      return createReadStream(await localPath(sha256), range ?? {});
    },
    localPath,
    async remove(sha256) {
      await rm(pathOf(sha256), { force: true });
    },
  };
}

/** Waits until a file's bytes, or a folder's entries, are on the disk. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
