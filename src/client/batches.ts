import type { z } from '@hono/zod-openapi';
import type {
  AddedRows,
  Batch,
  BatchPage,
  BatchRow,
  BatchRowPage,
  batchChangeSchema,
  newBatchSchema,
  newRowsSchema,
  RetriedRows,
  rowChangeSchema,
} from '../contract/batch.ts';
import type { RowState } from '../domain/batch.ts';
import { listPaged, type Paged } from './paged.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

/** Many videos at once, made by the server in their turn. */
export interface Batches {
  /** Retried with one idempotency key, so that a lost answer never makes two. */
  create(
    body: z.input<typeof newBatchSchema>,
    options?: Options & { idempotencyKey?: string },
  ): Promise<Batch>;
  /** Adds up to 1,000 rows; retried with one idempotency key, so that none is added twice. */
  addRows(
    id: string,
    rows: z.input<typeof newRowsSchema>['rows'],
    options?: Options & { idempotencyKey?: string },
  ): Promise<AddedRows>;
  get(id: string, options?: Options): Promise<Batch>;
  list(query?: { limit?: number; cursor?: string }, options?: Options): Paged<BatchPage>;
  rows(
    id: string,
    query?: { state?: RowState; limit?: number; cursor?: string },
    options?: Options,
  ): Paged<BatchRowPage>;
  change(id: string, body: z.input<typeof batchChangeSchema>, options?: Options): Promise<Batch>;
  pause(id: string, options?: Options): Promise<Batch>;
  resume(id: string, options?: Options): Promise<Batch>;
  cancel(id: string, options?: Options): Promise<Batch>;
  retryRow(id: string, number: number, options?: Options): Promise<BatchRow>;
  /** Lets every row wait again that was refused, or whose video failed. */
  retry(id: string, options?: Options): Promise<RetriedRows>;
  /** Changes a row that has not begun: fields replace those that it has, null takes one away. */
  changeRow(
    id: string,
    number: number,
    change: z.input<typeof rowChangeSchema>,
    options?: Options,
  ): Promise<BatchRow>;
}

export function batchCalls(transport: Transport): Batches {
  const at = (id: string) => `/v1/batches/${encodeURIComponent(id)}`;
  const post =
    <T = Batch>(verb: string) =>
    (id: string, { signal }: Options = {}): Promise<T> =>
      transport.call({ method: 'POST', path: `${at(id)}/${verb}`, repeatable: true, signal });
  return {
    create: (body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      transport.call({ method: 'POST', path: '/v1/batches', json: body, idempotencyKey, signal }),
    addRows: (id, rows, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      transport.call({ method: 'POST', path: `${at(id)}/rows`, json: { rows }, idempotencyKey, signal }),
    get: (id, { signal } = {}) => transport.call({ method: 'GET', path: at(id), signal }),
    list: (query = {}, options) => listPaged(transport, '/v1/batches', query, options),
    rows: (id, query = {}, options) => listPaged(transport, `${at(id)}/rows`, query, options),
    change: (id, body, { signal } = {}) =>
      transport.call({ method: 'PATCH', path: at(id), json: body, repeatable: true, signal }),
    pause: post('pause'),
    resume: post('resume'),
    cancel: post('cancel'),
    retry: post('retry'),
    changeRow: (id, number, json, { signal } = {}) =>
      transport.call({ method: 'PATCH', path: `${at(id)}/rows/${number}`, json, signal }),
    retryRow: (id, number, { signal } = {}) =>
      transport.call({ method: 'POST', path: `${at(id)}/rows/${number}/retry`, signal }),
  };
}
