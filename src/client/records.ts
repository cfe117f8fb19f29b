import type { z } from '@hono/zod-openapi';
import type {
  RecordDetail,
  RecordPage,
  recordQuerySchema,
  regenerationSchema,
  rejectionSchema,
} from '../contract/record.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
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
  const route = routesOf(transport);
  const rollBack = route<(id: string, body: object, options?: Options) => Promise<RecordDetail>>(
    'POST /v1/records/{}/roll-back body again',
  );
  return {
    list: route('GET /v1/records pages'),
    get: route('GET /v1/records/{}'),
    approve: route('POST /v1/records/{}/versions/{}/approve again'),
    reject: route('POST /v1/records/{}/versions/{}/reject body again'),
    regenerate: route('POST /v1/records/{}/regenerate body once'),
    rollBack: (id, version, options) => rollBack(id, { version }, options),
  };
}
