import { idempotencyKey } from '../../batch/fingerprint.ts';
import type { Workflow } from '../../batch/workflow.ts';
import { type Client, KinoraError, type RequestBodies } from '../../client/index.ts';
import type { Generation } from '../../contract/generation.ts';
import { errorCodes } from '../../domain/errors.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { ReadyRow } from './hash-references.ts';
import type { Turn } from './turns.ts';
import type { Uploads, WireReference } from './uploads.ts';

interface Order {
  workflow: Workflow;
  row: ReadyRow;
  attempt: number;
  /** Files go up when it comes: so the first row is in the making before those of the last are there. */
  turn: Turn;
}

/** The server looked at the request of a row and will not make it: a later try needs a new key. */
export class SubmitRefused extends Error {
  override readonly name = 'SubmitRefused';
  readonly refusal: KinoraError;

  constructor(refusal: KinoraError) {
    super(refusal.message, { cause: refusal });
    this.refusal = refusal;
  }
}

/**
 * Asks for a row's video. However often it is called for the same try of the same request, one generation comes of
 * it, also when all memory of the first call is lost. Throws SubmitRefused where none came of it and none will.
 */
export async function submitRow(
  deps: { client: Client; uploads: Uploads; signal: AbortSignal },
  order: Order,
): Promise<Generation> {
  await order.turn.come;
  try {
    return await submit(deps, order);
  } catch (error) {
    if (!(error instanceof SubmitRefused)) throw error;
    const { faults, code } = error.refusal;
    if (faults.some((fault) => fault.code === 'reference_not_found')) {
      await deps.uploads.forget(order.row.references);
      return submit(deps, order);
    }
    // The same try with other file ids: an earlier run asked, and its state is gone.
    const earlier = code === 'idempotency_key_reused' ? await findEarlier(deps, order) : undefined;
    if (earlier === undefined) throw error;
    return earlier;
  }
}

async function submit(
  { client, uploads, signal }: { client: Client; uploads: Uploads; signal: AbortSignal },
  order: Order,
): Promise<Generation> {
  const { workflow, row, attempt } = order;
  const key = idempotencyKey({
    workflow: workflow.name,
    rowKey: row.key,
    requestHash: row.requestHash,
    attempt,
  });
  const { endpoint } = workflow;
  const body = { ...commonBody(order), ...(await referenceFields(row, workflow, uploads)) };
  // The fields of the references are those of the endpoint: the workflow's schema has seen to that.
  try {
    return await client.generations.submit(endpoint, body as RequestBodies[typeof endpoint], {
      idempotencyKey: key,
      signal,
    });
  } catch (error) {
    throw isRefusal(error) ? new SubmitRefused(error) : error;
  }
}

/**
 * Only Kinora's own word about this request counts: whatever stands between may answer 404 to a request that was
 * accepted, and one that is still in progress may yet be.
 */
function isRefusal(error: unknown): error is KinoraError {
  if (!(error instanceof KinoraError) || error.status === undefined) return false;
  const isOurs = errorCodes.some((code) => code === error.code) && error.code !== 'idempotency_in_progress';
  return isOurs && error.status >= 400 && error.status < 500 && ![401, 402, 403, 429].includes(error.status);
}

function commonBody({ workflow, row, attempt }: Order): RequestBodies['text-to-video'] {
  const { seed, generate_audio: generateAudio } = workflow;
  return {
    prompt: row.prompt,
    duration: workflow.duration,
    aspect_ratio: workflow.aspect_ratio,
    ...(seed === undefined ? {} : { seed }),
    ...(generateAudio === undefined ? {} : { generate_audio: generateAudio }),
    workflow: workflow.name,
    tags: [rowTag(row)],
    metadata: { row_key: row.key, request_hash: row.requestHash, try: attempt },
  };
}

async function referenceFields(row: ReadyRow, { endpoint }: Workflow, uploads: Uploads): Promise<object> {
  const all = (kind: MediaKind): Promise<WireReference[]> =>
    Promise.all(row.references.filter((reference) => reference.kind === kind).map(uploads.wire));
  const [images, videos, audios] = await Promise.all([all('image'), all('video'), all('audio')]);
  if (endpoint === 'text-to-video') return {};
  // The first frame is what it is, whatever role the photos have elsewhere.
  if (endpoint === 'image-to-video') return { image: { ...images[0], role: 'first_frame' } };
  const lists = { reference_images: images, reference_videos: videos, reference_audio: audios };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

async function findEarlier(
  { client, signal }: { client: Client; signal: AbortSignal },
  { workflow, row, attempt }: Order,
): Promise<Generation | undefined> {
  const page = await client.generations.list(
    { workflow: workflow.name, tag: rowTag(row), limit: 100 },
    { signal },
  );
  return page.data.find(
    ({ metadata }) =>
      metadata['row_key'] === row.key &&
      metadata['request_hash'] === row.requestHash &&
      metadata['try'] === attempt,
  );
}

const rowTag = ({ key }: ReadyRow) => `row:${key}`.slice(0, 200);
