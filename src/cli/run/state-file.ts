import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyState, type RowState, type RunState, readState } from '../../batch/run-state.ts';
import { writeAtomically } from '../write-atomically.ts';

/** The memory of a run, in `state.json` of its output folder. Every change resolves once it is on disk. */
export interface StateFile {
  row(key: string): RowState | undefined;
  setRow(key: string, row: RowState): Promise<void>;
  changeRow(key: string, change: Partial<RowState>): Promise<void>;
  fileId(sha256: string): string | undefined;
  setFileId(sha256: string, id: string): Promise<void>;
  forgetFiles(sha256s: readonly string[]): Promise<void>;
}

export async function openStateFile(folder: string, workflow: string): Promise<StateFile> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'state.json');
  const state = await load(path, workflow);
  const save = coalesced(() => writeAtomically(path, `${JSON.stringify(state, null, 1)}\n`));
  return {
    row: (key) => (Object.hasOwn(state.rows, key) ? state.rows[key] : undefined),
    setRow(key, row) {
      state.rows[key] = row;
      return save();
    },
    changeRow(key, change) {
      const row = state.rows[key];
      if (row === undefined) throw new Error(`the state has no row ${key}`);
      state.rows[key] = { ...row, ...change };
      return save();
    },
    fileId: (sha256) => state.files[sha256]?.file_id,
    setFileId(sha256, id) {
      state.files[sha256] = { file_id: id };
      return save();
    },
    forgetFiles(sha256s) {
      for (const sha256 of sha256s) delete state.files[sha256];
      return save();
    },
  };
}

async function load(path: string, workflow: string): Promise<RunState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyState(workflow);
    throw error;
  }
  return readState(text, { file: path, workflow });
}

/**
 * At most one write runs and one waits; who asks while one runs shares the next, which holds their change as well.
 */
function coalesced(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    const current = write().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
