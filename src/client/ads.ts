import type { z } from '@hono/zod-openapi';
import type { matrixSchema } from '../contract/ad-matrix.ts';
import type {
  AdChoice,
  AdMatrixState,
  AdReport,
  adChoiceQuerySchema,
  adReportQuerySchema,
  deletedResultsSchema,
  ImportedAdResults,
  newAdResultsSchema,
} from '../contract/ads.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

/** A result of one ad: `ad` is its code, the key of its record, or a name that ends in its code. */
export interface AdResultRow {
  ad: string;
  /** A day such as 2026-11-01; none for a sum of all days. */
  date?: string | null;
  impressions: number;
  clicks: number;
  conversions?: number;
  /** Millionths of the currency. */
  spend_micros?: number;
}

/** Variants of ads by workflow: their codes, their results, and what to make of them. */
export interface AdCalls {
  ads: {
    putMatrix(
      workflow: string,
      matrix: z.input<typeof matrixSchema>,
      options?: Options,
    ): Promise<AdMatrixState>;
    matrix(workflow: string, options?: Options): Promise<AdMatrixState>;
    /** Safe to repeat: the same numbers change nothing. At most 10,000 rows a call. */
    importResults(
      workflow: string,
      body: Omit<z.input<typeof newAdResultsSchema>, 'rows'> & { rows: readonly AdResultRow[] },
      options?: Options,
    ): Promise<ImportedAdResults>;
    /** Takes back all that a source has told. */
    deleteResults(
      workflow: string,
      source: string,
      options?: Options,
    ): Promise<z.infer<typeof deletedResultsSchema>>;
    report(
      workflow: string,
      query?: Partial<z.input<typeof adReportQuerySchema>>,
      options?: Options,
    ): Promise<AdReport>;
    choose(
      workflow: string,
      query?: Partial<z.input<typeof adChoiceQuerySchema>>,
      options?: Options,
    ): Promise<AdChoice>;
  };
}

export function adCalls(transport: Transport): AdCalls {
  const path = (workflow: string, what: string, query: object = {}) =>
    `/v1/ads/${encodeURIComponent(workflow)}/${what}${queryText(query)}`;
  return {
    ads: {
      putMatrix: (workflow, matrix, { signal } = {}) =>
        transport.call({
          method: 'PUT',
          path: path(workflow, 'matrix'),
          json: matrix,
          repeatable: true,
          signal,
        }),
      matrix: (workflow, { signal } = {}) =>
        transport.call({ method: 'GET', path: path(workflow, 'matrix'), signal }),
      importResults: (workflow, body, { signal } = {}) =>
        transport.call({
          method: 'POST',
          path: path(workflow, 'results'),
          json: body,
          repeatable: true,
          signal,
        }),
      deleteResults: (workflow, source, { signal } = {}) =>
        transport.call({ method: 'DELETE', path: path(workflow, 'results', { source }), signal }),
      report: (workflow, query = {}, { signal } = {}) =>
        transport.call({ method: 'GET', path: path(workflow, 'report', query), signal }),
      choose: (workflow, query = {}, { signal } = {}) =>
        transport.call({ method: 'GET', path: path(workflow, 'choice', query), signal }),
    },
  };
}
