import type { z } from '@hono/zod-openapi';
import type { RecordResults } from '../contract/record-results.ts';
import type {
  Comparison,
  comparisonRequestSchema,
  KeyPage,
  Workflow,
  WorkflowDetail,
  WorkflowList,
  workflowChangeSchema,
} from '../contract/workflow.ts';
import { listPaged, type Paged } from './paged.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

/** What records belong to, and what is known of them. */
export interface Workflows {
  list(query?: { limit?: number; cursor?: string }, options?: Options): Paged<WorkflowList>;
  get(name: string, options?: Options): Promise<WorkflowDetail>;
  /** Makes the workflow if it is not there yet. */
  change(name: string, body: z.input<typeof workflowChangeSchema>, options?: Options): Promise<Workflow>;
  /** How up to 10,000 rows stand against the newest versions of their records. */
  compare(
    name: string,
    rows: z.input<typeof comparisonRequestSchema>['rows'],
    options?: Options,
  ): Promise<Comparison>;
  /** What came of up to 500 records; in no particular order, without keys that there is no record of. */
  results(name: string, keys: string[], options?: Options): Promise<RecordResults['data']>;
  /** Up to 10,000 keys of its records, in the order of their bytes. */
  keys(name: string, query?: { after?: string; limit?: number }, options?: Options): Promise<KeyPage>;
}

export function workflowCalls(transport: Transport): Workflows {
  const at = (name: string, rest = '') => `/v1/workflows/${encodeURIComponent(name)}${rest}`;
  return {
    list: (query = {}, options) => listPaged(transport, '/v1/workflows', query, options),
    get: (name, { signal } = {}) => transport.call({ method: 'GET', path: at(name), signal }),
    change: (name, json, { signal } = {}) =>
      transport.call({ method: 'PATCH', path: at(name), json, signal }),
    compare: (name, rows, { signal } = {}) =>
      transport.call({
        method: 'POST',
        path: at(name, '/compare'),
        json: { rows },
        repeatable: true,
        signal,
      }),
    results: async (name, keys, { signal } = {}) =>
      (
        await transport.call<RecordResults>({
          method: 'POST',
          path: at(name, '/results'),
          json: { keys },
          repeatable: true,
          signal,
        })
      ).data,
    keys: (name, query = {}, { signal } = {}) =>
      transport.call({ method: 'GET', path: at(name, `/keys${queryText(query)}`), signal }),
  };
}
