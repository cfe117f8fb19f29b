import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../domain/errors.ts';

const sqliteBusy = 5;

/**
 * Holds an output folder for this run; throws an AppError if another run has it. A lock of the operating system
 * (SQLite takes one; Node itself cannot), so it ends with its process however that ends.
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
  return { release: () => lock.close() };
}
