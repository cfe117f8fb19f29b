import type { z } from '@hono/zod-openapi';
import type { AuditPage, auditQuerySchema } from '../contract/audit.ts';
import type { FailureReport, failureQuerySchema } from '../contract/failures.ts';
import type { exportQuerySchema } from '../contract/generation-export.ts';
import type { UsageReport, usageQuerySchema } from '../contract/usage.ts';
import type { Paged } from './paged.ts';
import { queryText } from './query-text.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

export type UsageQuery = Partial<z.input<typeof usageQuerySchema>>;

export type FailureQuery = Partial<z.input<typeof failureQuerySchema>>;

export type ExportQuery = Partial<z.input<typeof exportQuerySchema>>;

export type AuditQuery = Partial<z.input<typeof auditQuerySchema>>;

/** With the key of an account about that account, with the operator key about all. */
export interface ReportCalls {
  usage: {
    get(query?: UsageQuery, options?: Options): Promise<UsageReport>;
    failures(query?: FailureQuery, options?: Options): Promise<FailureReport>;
    /** The log of an account's generations, to be read as it comes. One try; a log that breaks off throws while read. */
    exportLog(query?: ExportQuery, options?: Options): Promise<Response>;
  };
  audit: {
    /** Newest first. */
    list(query?: AuditQuery, options?: Options): Paged<AuditPage>;
  };
}

export function reportCalls(transport: Transport): ReportCalls {
  const route = routesOf(transport);
  return {
    usage: {
      get: route('GET /v1/usage query'),
      failures: route('GET /v1/usage/failures query'),
      exportLog: (query = {}, { signal } = {}) =>
        transport.open(`/v1/generations/export${queryText(query)}`, { signal }),
    },
    audit: { list: route('GET /v1/audit pages') },
  };
}
