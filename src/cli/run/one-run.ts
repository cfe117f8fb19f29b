import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../domain/errors.ts';

const sqliteBusy = 5;

/**
 * Holds an output folder, made if missing with those for videos and posters, for this run; throws an AppError if another run has it. A lock of the operating system
 * (SQLite takes one; Node itself cannot), so it ends with its process however that ends. Half-written files of
 * runs that were killed are taken away.
 */
export async function holdFolder(folder: string): Promise<{ release(): void }> {
  await mkdir(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, '.lock'), { timeout: 200 });
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw error;
    throw new AppError('invalid_state', `Another run is writing to ${folder}.`, {
      hint: 'Wait for it or stop it; or choose another folder with --output.',
    });
  }
  try {
    await removeLeftovers(folder);
  } catch (error) {
    lock.close();
    throw error;
  }
  return { release: () => lock.close() };
}

const leftovers = [
  ['', /^(state\.json|results\.csv|contact-sheet\.html)\.\d+\.tmp$/],
  ['videos', /\.mp4\.\d+\.part$/],
  ['posters', /\.jpg\.\d+\.part$/],
] as const;

/** Whoever wrote them held the lock, and is gone. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const [name, pattern] of leftovers) {
    await mkdir(join(folder, name), { recursive: true });
    const stale = (await readdir(join(folder, name))).filter((file) => pattern.test(file));
    for (const file of stale) await rm(join(folder, name, file), { force: true });
  }
}
