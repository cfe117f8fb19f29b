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
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
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
  const route = routesOf(transport);
  const addRows = route<(id: string, body: object, options?: Options) => Promise<AddedRows>>(
    'POST /v1/batches/{}/rows body once',
  );
  return {
    create: route('POST /v1/batches body once'),
    addRows: (id, rows, options) => addRows(id, { rows }, options),
    get: route('GET /v1/batches/{}'),
    list: route('GET /v1/batches pages'),
    rows: route('GET /v1/batches/{}/rows pages'),
    change: route('PATCH /v1/batches/{} body'),
    pause: route('POST /v1/batches/{}/pause again'),
    resume: route('POST /v1/batches/{}/resume again'),
    cancel: route('POST /v1/batches/{}/cancel again'),
    retry: route('POST /v1/batches/{}/retry again'),
    changeRow: route('PATCH /v1/batches/{}/rows/{} body'),
    retryRow: route('POST /v1/batches/{}/rows/{}/retry'),
  };
}
