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
import { routesOf } from './route.ts';
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
  const route = routesOf(transport);
  const deleteResults = route<
    (workflow: string, query: object, options?: Options) => ReturnType<AdCalls['ads']['deleteResults']>
  >('DELETE /v1/ads/{}/results query');
  return {
    ads: {
      putMatrix: route('PUT /v1/ads/{}/matrix body'),
      matrix: route('GET /v1/ads/{}/matrix'),
      importResults: route('POST /v1/ads/{}/results body again'),
      deleteResults: (workflow, source, options) => deleteResults(workflow, { source }, options),
      report: route('GET /v1/ads/{}/report query'),
      choose: route('GET /v1/ads/{}/choice query'),
    },
  };
}
