import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nextStep, type RowState, submittingRow } from '../../batch/run-state.ts';
import type { Workflow } from '../../batch/workflow.ts';
import { type Client, KinoraError } from '../../client/index.ts';
import type { Generation, GenerationEvent } from '../../contract/generation.ts';
import { download } from './download.ts';
import type { ReadyRow } from './hash-references.ts';
import { RowFault } from './row-fault.ts';
import type { StateFile } from './state-file.ts';
import { SubmitRefused, submitRow } from './submit-row.ts';
import type { createTurns, Turn } from './turns.ts';
import type { Uploads } from './uploads.ts';

export interface RowDeps {
  client: Client;
  workflow: Workflow;
  state: StateFile;
  uploads: Uploads;
  turns: ReturnType<typeof createTurns>;
  /** Absolute; has the folders `videos` and `posters`. */
  output: string;
  fileNames: ReadonlyMap<string, string>;
  onProgress(row: ReadyRow, event: Pick<GenerationEvent, 'status' | 'waiting_on' | 'progress'>): void;
  signal: AbortSignal;
}

/** How one run leaves a row. */
export type RowEnd = 'made' | 'kept' | 'failed' | 'stuck';

/**
 * Takes one row to its end: `complete` with its video on disk, or `failed`. Every step is remembered before the
 * next; called again after any interruption it goes on with the same generation. `stuck`: what went wrong concerns
 * this row alone and decides nothing, so that the next run goes on with the same try. Throws what concerns the whole
 * run.
 */
export async function makeRow(deps: RowDeps, row: ReadyRow): Promise<RowEnd> {
  const turn = deps.turns.take();
  try {
    return await makeInTurn(deps, row, turn);
  } catch (error) {
    if (error instanceof SubmitRefused) {
      await deps.state.changeRow(row.key, { status: 'failed', error: reasonOf(error.refusal) });
      return 'failed';
    }
    if (!isAboutRow(error)) throw error;
    // Not failed: the server may have the row, and a new try would be paid for again.
    await deps.state.changeRow(row.key, { error: reasonOf(error) });
    return 'stuck';
  } finally {
    turn.pass();
  }
}

async function makeInTurn(deps: RowDeps, row: ReadyRow, turn: Turn): Promise<RowEnd> {
  const { output, state } = deps;
  const saved = state.row(row.key);
  const step = nextStep(saved, row.requestHash, await hasVideo(output, saved));
  if (step.do === 'nothing') return 'kept';
  let ended: Generation | undefined;
  if (step.do === 'wait') {
    turn.pass();
    await state.changeRow(row.key, { status: 'waiting', error: null });
    ended = await waitIfKnown(deps, row, step.generationId);
  }
  ended ??= await submitAndWait(deps, row, step.attempt, turn);
  if (ended.status === 'complete' && ended.output !== null) return collect(deps, row, ended);
  await state.changeRow(row.key, { status: 'failed', error: ended.error?.message ?? 'It failed.' });
  return 'failed';
}

/** Whether the video of a complete row is there, whole. */
export async function hasVideo(output: string, saved: RowState | undefined): Promise<boolean> {
  if (saved?.status !== 'complete' || saved.file === null) return false;
  const found = await stat(join(output, saved.file)).catch(() => undefined);
  return found?.isFile() === true && found.size === saved.bytes;
}

/** Undefined if this server does not know the generation: another server, or it was deleted. */
async function waitIfKnown(deps: RowDeps, row: ReadyRow, id: string): Promise<Generation | undefined> {
  try {
    return await wait(deps, row, id);
  } catch (error) {
    if (error instanceof KinoraError && error.code === 'not_found') return undefined;
    throw error;
  }
}

async function submitAndWait(deps: RowDeps, row: ReadyRow, attempt: number, turn: Turn): Promise<Generation> {
  const { state, workflow } = deps;
  await state.setRow(row.key, submittingRow(row.requestHash, attempt));
  const { id } = await submitRow(deps, { workflow, row, attempt, turn });
  turn.pass();
  await state.changeRow(row.key, { status: 'waiting', generation_id: id });
  return wait(deps, row, id);
}

function wait({ client, onProgress, signal }: RowDeps, row: ReadyRow, id: string): Promise<Generation> {
  return client.generations.wait(id, { signal, onProgress: (event) => onProgress(row, event) });
}

async function collect(deps: RowDeps, row: ReadyRow, generation: Generation): Promise<'made'> {
  const { client, output, state, signal } = deps;
  const made = generation.output;
  if (made === null) throw new Error(`${generation.id} is complete and has no output`);
  const name = deps.fileNames.get(row.key) ?? row.requestHash.slice(0, 16);
  const file = `videos/${name}.mp4`;
  const fresh = async () => (await client.generations.get(generation.id, { signal })).output ?? made;
  await download({
    client,
    link: async () => (await fresh()).url,
    path: join(output, file),
    bytes: made.size_bytes,
    signal,
  });
  const poster = await collectPoster(deps, `posters/${name}.jpg`, async () => (await fresh()).poster_url);
  await state.changeRow(row.key, {
    status: 'complete',
    generation_id: generation.id,
    file,
    poster,
    seconds: made.duration,
    width: made.width,
    height: made.height,
    bytes: made.size_bytes,
    credits: generation.credits.charged,
    error: null,
  });
  return 'made';
}

/** Null where there is none: a video without a still is a video. */
async function collectPoster(
  { client, output, signal }: RowDeps,
  poster: string,
  link: () => Promise<string>,
): Promise<string | null> {
  try {
    await download({ client, link, path: join(output, poster), signal });
    return poster;
  } catch (error) {
    signal.throwIfAborted();
    // A TypeError is a line that broke while the bytes came.
    if (!(error instanceof KinoraError || error instanceof TypeError)) throw error;
    return null;
  }
}

/** Whether the others may fare better. */
function isAboutRow(error: unknown): error is KinoraError | RowFault {
  if (error instanceof RowFault) return true;
  if (!(error instanceof KinoraError) || error.status === undefined) return false;
  return error.status >= 400 && error.status < 500 && ![401, 402, 403, 429].includes(error.status);
}

function reasonOf(error: KinoraError | RowFault): string {
  const { message } = error;
  const hint = error instanceof KinoraError ? error.hint : undefined;
  return hint === undefined ? message : `${message} ${hint}`;
}
