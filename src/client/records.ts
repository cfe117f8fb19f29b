import type { z } from '@hono/zod-openapi';
import type {
  RecordDetail,
  RecordPage,
  recordQuerySchema,
  regenerationSchema,
  rejectionSchema,
} from '../contract/record.ts';
import { listPaged, type Paged } from './paged.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

/** What videos are made for, version by version. */
export interface Records {
  list(query?: Partial<z.input<typeof recordQuerySchema>>, options?: Options): Paged<RecordPage>;
  get(id: string, options?: Options): Promise<RecordDetail>;
  approve(id: string, version: number, options?: Options): Promise<RecordDetail>;
  reject(
    id: string,
    version: number,
    body: z.input<typeof rejectionSchema>,
    options?: Options,
  ): Promise<RecordDetail>;
  /** Makes it once more. Retried with one idempotency key, so that a lost answer never makes two. */
  regenerate(
    id: string,
    body?: z.input<typeof regenerationSchema>,
    options?: Options & { idempotencyKey?: string },
  ): Promise<RecordDetail>;
  /** Shows this version from now on; null: the newest good one again. */
  rollBack(id: string, version: number | null, options?: Options): Promise<RecordDetail>;
}

export function recordCalls(transport: Transport): Records {
  const post = (
    id: string,
    rest: string,
    json: unknown,
    { signal, idempotencyKey }: Options & { idempotencyKey?: string } = {},
  ): Promise<RecordDetail> =>
    transport.call({
      method: 'POST',
      path: `/v1/records/${encodeURIComponent(id)}/${rest}`,
      json,
      repeatable: true,
      idempotencyKey,
      signal,
    });
  return {
    list: (query = {}, options) => listPaged(transport, '/v1/records', query, options),
    get: (id, { signal } = {}) =>
      transport.call({ method: 'GET', path: `/v1/records/${encodeURIComponent(id)}`, signal }),
    approve: (id, version, options) => post(id, `versions/${version}/approve`, undefined, options),
    reject: (id, version, body, options) => post(id, `versions/${version}/reject`, body, options),
    regenerate: (id, body = {}, options) =>
      post(id, 'regenerate', body, { idempotencyKey: crypto.randomUUID(), ...options }),
    rollBack: (id, version, options) => post(id, 'roll-back', { version }, options),
  };
}
