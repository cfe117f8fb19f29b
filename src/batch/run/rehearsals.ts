import type { Client } from '../../client/index.ts';
import type { Rehearsal } from '../../contract/rehearsal.ts';
import { liveStates } from '../../domain/record.ts';
import { codeIn } from '../expand-matrix.ts';
import { inGroups } from '../in-groups.ts';
import { rehearsalAddress } from '../sinks/rehearsal-address.ts';
import type { RunResult } from './collect-results.ts';
import type { SpooledRow } from './spool.ts';

type Asking = { client: Client; signal: AbortSignal };

/** What of a plan was rehearsed by an earlier command. */
export interface Rehearsed {
  /** As it would be made now: nothing is made again. */
  made: number;
  /** The batches that others are still made by. */
  openBatches: Set<string>;
}

const keysAtOnce = 250;

/** The rows of a plan that are to be made and were not rehearsed as they are now; `rehearsed` is told of the others. */
export async function* notRehearsed(
  asking: Asking,
  workflow: string,
  rows: AsyncIterable<SpooledRow>,
  rehearsed: Rehearsed,
): AsyncGenerator<SpooledRow> {
  for await (const [row, found] of withRehearsals(asking, workflow, rows)) {
    if (row.todo === undefined) continue;
    if (found === undefined || !liveStates.some((state) => state === found.state)) yield row;
    else if (found.state === 'made') rehearsed.made += 1;
    else rehearsed.openBatches.add(found.batch_id);
  }
}

/** How the rehearsal of each row that a run would make stands, and what is wrong with those that it could not ask for. */
export async function* collectRehearsals(
  asking: Asking,
  workflow: string,
  rows: AsyncIterable<SpooledRow>,
  /** Each row is a variant of a matrix. */
  hasCodes = false,
): AsyncGenerator<RunResult> {
  for await (const [row, found] of withRehearsals(asking, workflow, rows))
    if (row.todo !== undefined || row.error !== undefined)
      yield resultOf(workflow, row, found, hasCodes ? codeIn(row.values) : undefined);
}

/** Each row, and its rehearsal where that is of the row as it is now. */
async function* withRehearsals(
  { client, signal }: Asking,
  workflow: string,
  rows: AsyncIterable<SpooledRow>,
): AsyncGenerator<[SpooledRow, Rehearsal | undefined]> {
  for await (const chunk of inGroups(rows, keysAtOnce)) {
    const keys = chunk.flatMap(({ key, todo }) => (todo === undefined || key === null ? [] : [key]));
    const answers = keys.length === 0 ? [] : await client.workflows.rehearsals(workflow, keys, { signal });
    const byKey = new Map(answers.map((answer) => [answer.key, answer]));
    for (const row of chunk) {
      const found = row.todo === undefined || row.key === null ? undefined : byKey.get(row.key);
      yield [row, found?.fingerprint === row.todo?.fingerprint ? found : undefined];
    }
  }
}

function resultOf(
  workflow: string,
  { key, title, prompt, values, error }: SpooledRow,
  found: Rehearsal | undefined,
  code: string | undefined,
): RunResult {
  const output = found?.output ?? null;
  const generationId = found?.generation_id ?? null;
  const address = (ending: 'mp4' | 'jpg') =>
    output === null ? null : rehearsalAddress({ workflow, key: key ?? title, ending });
  return {
    title,
    prompt,
    shown: {
      key: key ?? title,
      values,
      status: error === undefined ? statusOf(found) : 'invalid',
      video_url: address('mp4'),
      poster_url: address('jpg'),
      record_id: null,
      version: null,
      generation_id: generationId,
      seconds: output?.duration ?? null,
      width: output?.width ?? null,
      height: output?.height ?? null,
      bytes: output?.size_bytes ?? null,
      credits: output === null ? null : 0,
      error: error ?? found?.error?.message ?? null,
      rehearsal: true,
      ai_made: true,
      ...(code === undefined ? {} : { code }),
    },
    newest:
      output === null || generationId === null
        ? null
        : { ...output, generation_id: generationId, credits: 0 },
    live: output === null ? null : { url: output.url, poster_url: output.poster_url },
  };
}

function statusOf(found: Rehearsal | undefined): RunResult['shown']['status'] {
  switch (found?.state) {
    case 'made':
    case 'failed':
    case 'refused':
    case 'canceled':
      return found.state;
    case 'deleted':
      return 'canceled';
    default:
      return 'unfinished';
  }
}
