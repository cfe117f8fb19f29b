import type { z } from '@hono/zod-openapi';
import type { RecordResults } from '../contract/record-results.ts';
import type { Rehearsals } from '../contract/rehearsal.ts';
import type { newRunSchema, Run, RunPage } from '../contract/run.ts';
import type { dueRequestSchema, marksRequestSchema, SinkDue, SinkMarks } from '../contract/sink-marks.ts';
import type {
  Comparison,
  comparisonRequestSchema,
  KeyPage,
  Workflow,
  WorkflowDetail,
  WorkflowList,
  workflowChangeSchema,
} from '../contract/workflow.ts';
import type { Definition } from '../contract/workflow-definition.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
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
  /**
   * Which of up to 10,000 records a sink of this name was not marked to have as they are shown now; with `again` all that
   * are shown, and all that it was ever told of.
   */
  due(
    name: string,
    sink: string,
    rows: z.input<typeof dueRequestSchema>['rows'],
    options?: Options & { again?: boolean },
  ): Promise<SinkDue>;
  /** Notes what a sink has taken of up to 1,000 records. */
  delivered(
    name: string,
    sink: string,
    records: z.input<typeof marksRequestSchema>['records'],
    options?: Options,
  ): Promise<SinkMarks>;
  /** The newest rehearsals of up to 500 rows; in no particular order, without keys that were never rehearsed. */
  rehearsals(name: string, keys: string[], options?: Options): Promise<Rehearsals['data']>;
  /** Stores a workflow file, as JSON, for the server to run. */
  store(name: string, definition: Record<string, unknown>, options?: Options): Promise<Definition>;
  definition(name: string, options?: Options): Promise<Definition>;
  /** Has the server run it no more; what it has made stays. Throws `invalid_state` while a run is under way. */
  delete(name: string, options?: Options): Promise<void>;
  /** Runs a stored workflow now. Throws `invalid_state` while one waits already. */
  run(name: string, body?: z.input<typeof newRunSchema>, options?: Options): Promise<Run>;
  /** Its runs, newest first. */
  runs(name: string, query?: { limit?: number; cursor?: string }, options?: Options): Paged<RunPage>;
  /** Up to 10,000 keys of its records, in the order of their bytes. */
  keys(name: string, query?: { after?: string; limit?: number }, options?: Options): Promise<KeyPage>;
}

/** Runs of stored workflows by the server itself. */
export interface Runs {
  get(id: string, options?: Options): Promise<Run>;
  cancel(id: string, options?: Options): Promise<Run>;
}

export function runCalls(transport: Transport): Runs {
  const route = routesOf(transport);
  return { get: route('GET /v1/runs/{}'), cancel: route('POST /v1/runs/{}/cancel') };
}

export function workflowCalls(transport: Transport): Workflows {
  const route = routesOf(transport);
  type Post<T> = (name: string, body: object, options?: Options) => Promise<T>;
  const compare = route<Post<Comparison>>('POST /v1/workflows/{}/compare body again');
  const results = route<Post<RecordResults['data']>>('POST /v1/workflows/{}/results body again data');
  type Sink<T> = (name: string, sink: string, body: object, options?: Options) => Promise<T>;
  const due = route<Sink<SinkDue>>('POST /v1/workflows/{}/sinks/{}/due body again');
  const delivered = route<Sink<SinkMarks>>('POST /v1/workflows/{}/sinks/{}/delivered body again');
  const rehearsals = route<Post<Rehearsals['data']>>('POST /v1/workflows/{}/rehearsals body again data');
  return {
    list: route('GET /v1/workflows pages'),
    get: route('GET /v1/workflows/{}'),
    change: route('PATCH /v1/workflows/{} body'),
    compare: (name, rows, options) => compare(name, { rows }, options),
    results: (name, keys, options) => results(name, { keys }, options),
    due: (name, sink, rows, { again, ...options } = {}) =>
      due(name, sink, again === undefined ? { rows } : { rows, again }, options),
    delivered: (name, sink, records, options) => delivered(name, sink, { records }, options),
    rehearsals: (name, keys, options) => rehearsals(name, { keys }, options),
    store: route('PUT /v1/workflows/{}/definition body'),
    definition: route('GET /v1/workflows/{}/definition'),
    delete: route('DELETE /v1/workflows/{}/definition'),
    run: route('POST /v1/workflows/{}/runs body'),
    runs: route('GET /v1/workflows/{}/runs pages'),
    keys: route('GET /v1/workflows/{}/keys query'),
  };
}
