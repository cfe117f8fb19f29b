import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAsset, writeAsset } from './asset-file.ts';

/** A folder of assets, each under its key. Several processes may use it at once. */
export interface AssetFolder {
  /** Undefined if there is none, or none that can be read; it counts as used now. */
  read(place: AssetPlace): Promise<{ asset: unknown } | undefined>;
  /** Replaces what was there. Throws what the file system throws. */
  write(place: AssetPlace, asset: unknown): Promise<void>;
}

export interface AssetPlace {
  key: string;
  /** The SHA-256 of the content that it was made from: all that comes of one content can be removed together. */
  source: string;
}

const pathIn = (folder: string, { key, source }: AssetPlace) =>
  join(folder, `${source.slice(0, 32)}-${createHash('sha256').update(key).digest('hex')}`);

/**
 * Removes whatever was made from one content, and what an earlier version kept under names that tell of none: nothing
 * finds that any more. A folder that is not there holds nothing.
 */
export async function forgetSource(folder: string, source: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const prefix = `${source.slice(0, 32)}-`;
  for (const name of names)
    if (name.startsWith(prefix) || /^[0-9a-f]{64}$/.test(name)) await rm(join(folder, name), { force: true });
}

/**
 * `staging` is where files grow until they are whole, so that a process killed while it writes leaves nothing in
 * `folder`. After each write the least recently used go until the rest has at most `mostBytes`.
 */
export function openAssetFolder(options: {
  folder: string;
  staging: string;
  mostBytes: number;
}): AssetFolder {
  const { folder, staging, mostBytes } = options;
  return {
    async read(place) {
      const { key } = place;
      const path = pathIn(folder, place);
      // Whatever keeps it from being read, the asset can be made again.
      const file = await readFile(path).catch(() => undefined);
      const found = file === undefined ? undefined : await readAsset(key, file);
      if (found !== undefined) await markUsed(path);
      return found;
    },

    async write(place, asset) {
      const bytes = await writeAsset(place.key, asset);
      const staged = join(staging, `asset-${randomUUID()}`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(staged, bytes, { mode: 0o600 });
        await moveInto(folder, staged, pathIn(folder, place));
      } finally {
        await rm(staged, { force: true });
      }
      await removeOldest(folder, mostBytes);
    },
  };
}

/** Only the order of use is kept by it. Another process may have removed the file meanwhile. */
async function markUsed(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/** By rename, so that a reader sees all of it or nothing; between two file systems by way of a copy. */
async function moveInto(folder: string, staged: string, path: string): Promise<void> {
  try {
    await rename(staged, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    const copy = join(folder, randomUUID());
    await copyFile(staged, copy);
    await rename(copy, path);
  }
}

/** Other processes may remove the same files at the same time: one that is gone is as good as removed. */
async function removeOldest(folder: string, mostBytes: number): Promise<void> {
  const files: { path: string; bytes: number; usedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) files.push({ path, bytes: found.size, usedMs: found.mtimeMs });
  }
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of files.sort((one, other) => one.usedMs - other.usedMs)) {
    if (total <= mostBytes) return;
    await rm(path, { force: true });
    total -= bytes;
  }
}
