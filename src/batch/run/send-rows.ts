import { createHash } from 'node:crypto';
import type { Client } from '../../client/index.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { EndpointName } from '../../domain/request.ts';
import { codeIn } from '../expand-matrix.ts';
import { inGroups } from '../in-groups.ts';
import type { HashedReference } from '../plan-row.ts';
import type { Workflow } from '../workflow.ts';
import type { SpooledRow } from './spool.ts';
import { createUploads, type Uploads } from './upload-files.ts';

/** What every row of a run asks for alike. */
export interface RunSettings {
  workflow: string;
  endpoint: EndpointName;
  durationSeconds: number;
  aspectRatio: '16:9' | '9:16' | '1:1';
  seed: number | undefined;
  generateAudio: boolean | undefined;
  engine: string | undefined;
  /** More than this no single video may cost, whoever makes it in the end; absent: whatever it costs then. */
  mostCreditsEach?: number | undefined;
  /** The batch is a rehearsal: it makes no record, and costs nothing. */
  rehearsal: boolean;
  /** Each row is a variant of a matrix: its code becomes a tag and goes into the metadata. */
  hasCodes: boolean;
}

export const settingsOf = (workflow: Workflow): RunSettings => ({
  workflow: workflow.name,
  endpoint: workflow.endpoint,
  durationSeconds: workflow.duration,
  aspectRatio: workflow.aspect_ratio,
  seed: workflow.seed,
  generateAudio: workflow.generate_audio,
  engine: workflow.engine,
  rehearsal: false,
  hasCodes: workflow.matrix !== undefined,
});

/** What became of the rows that were to be asked for. */
export interface SentRows {
  batchId: string;
  added: number;
  /** Asked for by another run meanwhile: not asked for again. */
  joined: number;
  /** Why rows could not be asked for at all. */
  faults: { key: string; error: string }[];
}

type Todo = SpooledRow & { key: string; todo: NonNullable<SpooledRow['todo']> };

const rowsAtOnce = 250;

/**
 * Makes one batch of the rows of a plan that are to be made, uploads what they need and adds them. `planHash` names the
 * plan: a run that died right after it had made the batch finds that again. Whatever dies, no row is ever asked for
 * twice: the server compares each with the newest version of its record. `onAdded` is told as they are added.
 */
export async function sendRows(
  { client, signal }: { client: Client; signal: AbortSignal },
  order: {
    settings: RunSettings;
    rows: AsyncIterable<SpooledRow>;
    planHash: string;
    /** Before any row is added to it. */
    onBatch(id: string): void | Promise<void>;
    onAdded(rows: number): void;
  },
): Promise<SentRows> {
  const { settings } = order;
  const uploads = createUploads({ client, signal });
  const sent: SentRows = { batchId: '', added: 0, joined: 0, faults: [] };
  for await (const chunk of inGroups(toMake(order.rows), rowsAtOnce)) {
    const bodies = await bodiesOf(chunk, { settings, uploads, faults: sent.faults });
    if (bodies.length === 0) continue;
    if (sent.batchId === '') {
      sent.batchId = await openBatch(client, { settings, planHash: order.planHash, signal });
      await order.onBatch(sent.batchId);
    }
    const answer = await client.batches.addRows(sent.batchId, bodies, { signal });
    const joined = answer.skipped.length;
    sent.joined += joined;
    sent.added += bodies.length - joined;
    order.onAdded(bodies.length);
  }
  return sent;
}

async function* toMake(rows: AsyncIterable<SpooledRow>): AsyncGenerator<Todo> {
  for await (const row of rows) if (row.todo !== undefined && row.key !== null) yield row as Todo;
}

async function openBatch(
  client: Client,
  { settings, planHash, signal }: { settings: RunSettings; planHash: string; signal: AbortSignal },
): Promise<string> {
  const body = {
    name: settings.workflow,
    workflow: settings.workflow,
    ...(settings.rehearsal ? { rehearsal: true } : {}),
  };
  // Which rows were rehearsed is asked beforehand, and an earlier batch may hold some that failed.
  if (settings.rehearsal) return (await client.batches.create(body, { signal })).id;
  // Two workflows may ask for the very same rows.
  const plan = createHash('sha256').update(`${settings.workflow}\n${planHash}`).digest('hex');
  const batch = await client.batches.create(body, { idempotencyKey: `run/${plan}`, signal });
  if (batch.canceled_at === null) return batch.id;
  // Somebody canceled the batch of the same plan before it had any row.
  return (await client.batches.create(body, { signal })).id;
}

type RowBody = Parameters<Client['batches']['addRows']>[1][number];

async function bodiesOf(
  rows: readonly Todo[],
  { settings, uploads, faults }: { settings: RunSettings; uploads: Uploads; faults: SentRows['faults'] },
): Promise<RowBody[]> {
  const files = rows.flatMap(({ todo }) =>
    todo.references.flatMap(({ at, sha256 }) => ('path' in at ? [{ path: at.path, sha256 }] : [])),
  );
  const ids = files.length === 0 ? new Map<string, string>() : await uploads.idsOf(files);
  return rows.flatMap((row): RowBody[] => {
    const missing = row.todo.references.find(({ at, sha256 }) => 'path' in at && !ids.has(sha256));
    if (missing === undefined) return [bodyOf(row, settings, ids)];
    const path = 'path' in missing.at ? missing.at.path : missing.name;
    faults.push({ key: row.key, error: uploads.whyNot(path) ?? `${path} could not be sent.` });
    return [];
  });
}

function bodyOf(row: Todo, settings: RunSettings, ids: ReadonlyMap<string, string>): RowBody {
  const { seed, generateAudio, engine, endpoint, mostCreditsEach } = settings;
  const { fingerprint, parts, references } = row.todo;
  const code = settings.hasCodes ? codeIn(row.values) : undefined;
  return {
    endpoint,
    record: { key: row.key, fingerprint, parts: { ...parts } },
    prompt: row.prompt,
    duration: settings.durationSeconds,
    aspect_ratio: settings.aspectRatio,
    ...(seed === undefined ? {} : { seed }),
    ...(generateAudio === undefined ? {} : { generate_audio: generateAudio }),
    ...(engine === undefined ? {} : { engine }),
    ...(mostCreditsEach === undefined ? {} : { max_credits: mostCreditsEach }),
    ...(code === undefined ? {} : { tags: [code] }),
    metadata: {
      record_key: row.key,
      title: row.title.slice(0, longestTitle).toWellFormed(),
      ...(code === undefined ? {} : { code }),
    },
    ...referenceFields(endpoint, references, ids),
  };
}

const longestTitle = 200;

function referenceFields(
  endpoint: EndpointName,
  references: readonly HashedReference[],
  ids: ReadonlyMap<string, string>,
): object {
  const of = (kind: MediaKind) =>
    references
      .filter((reference) => reference.kind === kind)
      .map(({ at, sha256, role, alias }) => ({
        ...('path' in at ? { file_id: ids.get(sha256) ?? '' } : at),
        // What was exchanged behind an address since it was planned is refused, not used.
        ...('url' in at ? { sha256 } : {}),
        ...(role === undefined ? {} : { role }),
        ...(alias === undefined ? {} : { alias }),
      }));
  if (endpoint === 'text-to-video') return {};
  // The first frame is what it is, whatever role the photos have elsewhere.
  if (endpoint === 'image-to-video') return { image: { ...of('image')[0], role: 'first_frame' } };
  const lists = {
    reference_images: of('image'),
    reference_videos: of('video'),
    reference_audio: of('audio'),
  };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}
