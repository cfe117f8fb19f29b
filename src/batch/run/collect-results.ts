import type { Client } from '../../client/index.ts';
import type { RecordResult } from '../../contract/record-results.ts';
import { codeIn } from '../expand-matrix.ts';
import { inGroups } from '../in-groups.ts';
import type { SinkResult, SinkStatus } from '../sinks/sink.ts';
import type { SpooledRow } from './spool.ts';

/** How a row of the source stands after a run, whichever run has made its video. */
export interface RunResult {
  title: string;
  prompt: string;
  /** What sinks are told: of the video that the record shows. */
  shown: SinkResult;
  /** The newest video that was made, shown or still to be reviewed, with a link good for a day. */
  newest: (NonNullable<RecordResult['output']> & { generation_id: string; credits: number | null }) | null;
  /** Links to the video that the record shows, good for a day. */
  live: { url: string; poster_url: string } | null;
}

const keysAtOnce = 250;

/** Joins the rows of a plan, in their order, with what the server has of their records now. */
export async function* collectResults(
  { client, signal }: { client: Client; signal: AbortSignal },
  workflow: string,
  rows: AsyncIterable<SpooledRow>,
  /** Each row is a variant of a matrix. */
  hasCodes = false,
): AsyncGenerator<RunResult> {
  const seen = new Set<string>();
  for await (const chunk of inGroups(rows, keysAtOnce)) {
    const keys = chunk.flatMap(({ key }) => key ?? []);
    const answers = keys.length === 0 ? [] : await client.workflows.results(workflow, keys, { signal });
    const byKey = new Map(answers.map((answer) => [answer.key, answer]));
    for (const row of chunk) {
      // The record belongs to the first row of its key; what repeats the key is only told of.
      const record = row.key === null || seen.has(row.key) ? undefined : byKey.get(row.key);
      if (row.key !== null) seen.add(row.key);
      yield resultOf(row, record, hasCodes ? codeIn(row.values) : undefined);
    }
  }
}

function resultOf(row: SpooledRow, record: RecordResult | undefined, code: string | undefined): RunResult {
  const { title, prompt, values } = row;
  const live = record?.live ?? null;
  const output = live?.output;
  const shown: SinkResult = {
    key: row.key ?? title,
    values,
    status: row.error === undefined ? statusOf(record) : 'invalid',
    video_url: live?.video_url ?? null,
    poster_url: live?.poster_url ?? null,
    record_id: record?.record_id ?? null,
    version: live?.version ?? record?.version ?? null,
    generation_id: live?.generation_id ?? record?.generation_id ?? null,
    seconds: output?.duration ?? null,
    width: output?.width ?? null,
    height: output?.height ?? null,
    bytes: output?.size_bytes ?? null,
    credits: live === null ? (record?.credits ?? null) : live.credits,
    error: row.error ?? record?.error?.message ?? null,
    rehearsal: false,
    ai_made: true,
    ...(code === undefined ? {} : { code }),
  };
  const newest =
    record?.output != null && record.generation_id !== null
      ? { ...record.output, generation_id: record.generation_id, credits: record.credits }
      : live === null
        ? null
        : { ...live.output, generation_id: live.generation_id, credits: live.credits };
  return { title, prompt, shown, newest, live: live === null ? null : live.output };
}

function statusOf(record: RecordResult | undefined): SinkStatus {
  switch (record?.state) {
    case 'made':
    case 'failed':
    case 'refused':
    case 'canceled':
      return record.state;
    case 'deleted':
      return 'canceled';
    default:
      return 'unfinished';
  }
}
