import { emptyLock, type Lock, type LockedUrl } from '../batch/lock-file.ts';
import { type OpenWorkflow, openWorkflow } from '../batch/open-workflow.ts';
import { serverFaults, workflowSchema } from '../batch/server-workflow.ts';
import type { Source, SourceContext, SourceRecord } from '../batch/sources/source.ts';
import type { Workflow } from '../batch/workflow.ts';
import type { Client } from '../client/index.ts';
import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { RunRow } from '../store/runs.ts';
import { findDefinition } from '../store/workflow-definitions.ts';
import { deleteWorkflowUrls, readWorkflowUrls, writeWorkflowUrls } from '../store/workflow-urls.ts';
import type { RunDeps } from './deps.ts';

/** A stored workflow with everything that it names in hand. */
export interface OpenStored {
  version: number;
  workflow: Workflow;
  open: OpenWorkflow;
  /** What its source and its sinks may reach. */
  context: SourceContext;
  /** Writes down what was learnt or accepted of URLs, once all rows were planned. */
  keepUrls(): Promise<void>;
}

/** So many rows are no catalogue any more: somebody's source has no end. */
const mostRows = 1_000_000;

/**
 * URLs that no row names any more are kept beside as many others and these, in case they come back. Of a source whose
 * addresses are others each day, as signed ones are, they would grow without end, and each run reads them all.
 */
const sparedUrls = 10_000;

/** Throws an AppError where it is gone, or uses what it may use no more. */
export async function openStored(
  deps: RunDeps,
  run: RunRow,
  { client, signal }: { client: Client; signal: AbortSignal },
): Promise<OpenStored> {
  const { store } = deps;
  const stored = await findDefinition(store, run, run.workflow);
  if (stored === undefined)
    throw new AppError('not_found', `The definition of ${run.workflow} is gone.`, {
      hint: 'Store it again: kinora workflows push.',
    });
  const workflow = readStored(deps, run, stored.definition);
  const context: SourceContext = {
    folder: undefined,
    env: (name) => deps.variable(name, run.accountId),
    isDiscreet: true,
    fetch: deps.ask,
    sleep: deps.sleep,
  };
  const urls = await readUrls(deps, run);
  const patience = createPatience();
  const lock: Lock = { ...emptyLock(), urls: new Map(urls) };
  const open = await openWorkflow(workflow, {
    folder: undefined,
    context,
    client,
    lock,
    inspect: deps.inspect,
    acceptDrift: run.acceptDrift,
    signal,
  });
  return {
    version: stored.version,
    workflow,
    open: {
      ...open,
      render: patience.timed(open.render),
      title: open.title && { render: patience.timed(open.title.render) },
      source: bounded(open.source, patience),
    },
    context,
    async keepUrls() {
      const { asked, lockChanged } = open.urls;
      if (urls.size > 2 * asked.size + sparedUrls)
        await deleteWorkflowUrls(
          store,
          run,
          run.workflow,
          [...urls.keys()].filter((url) => !asked.has(url)),
        );
      if (!lockChanged) return;
      const news = [...lock.urls].filter(([url, found]) => urls.get(url) !== found);
      await writeWorkflowUrls(
        store,
        run,
        run.workflow,
        news.map(([url, found]) => ({ url, found })),
      );
    },
  };
}

function readStored(deps: RunDeps, run: RunRow, definition: unknown): Workflow {
  const parsed = workflowSchema.safeParse(definition);
  const hint = 'Mend the workflow and store it again: kinora workflows push.';
  if (!parsed.success)
    throw new AppError('invalid_request', `${run.workflow}: ${parsed.error.issues[0]?.message ?? ''}`, {
      hint,
    });
  const [fault] = serverFaults(parsed.data, {
    name: run.workflow,
    allowsVariable: (name) => deps.variable(name, run.accountId) !== undefined,
    refusePost: deps.refusePost,
  });
  if (fault !== undefined) throw new AppError('invalid_request', fault.message, { hint });
  return parsed.data;
}

async function readUrls({ store }: RunDeps, run: RunRow): Promise<Map<string, LockedUrl>> {
  const rows = await readWorkflowUrls(store, run, run.workflow);
  // Written from a Lock, and by nobody else.
  return new Map(rows.map(({ url, found }) => [url, found as unknown as LockedUrl]));
}

/**
 * Templates are filled on the thread that answers everybody: a loop may take half a second a row before it is ended, for
 * each of a million rows.
 */
interface Patience {
  /** Fills one after another; throws an AppError, as `afterRow` does, once slow ones have taken too much in all. */
  timed<T>(
    fill: (values: Readonly<Record<string, Json>>) => T,
  ): (values: Readonly<Record<string, Json>>) => T;
  /** Lets others have their turn after a slow row. */
  afterRow(): Promise<void> | undefined;
}

const slowMs = { row: 25, all: 2_000 };

function createPatience(): Patience {
  let slow = 0;
  let isDue = false;
  return {
    timed: (fill) => (values) => {
      if (slow > slowMs.all) throw tooSlow();
      const begun = performance.now();
      try {
        return fill(values);
      } finally {
        const ms = performance.now() - begun;
        if (ms > slowMs.row) {
          slow += ms;
          isDue = true;
        }
      }
    },
    afterRow() {
      if (!isDue) return undefined;
      isDue = false;
      if (slow > slowMs.all) throw tooSlow();
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const tooSlow = () =>
  new AppError('invalid_request', 'The prompts or titles of its rows take too long to fill.', {
    hint: 'Leave loops over many values out of the template; work such values out in the source.',
  });

function bounded(source: Source, patience: Patience): Source {
  return {
    name: source.name,
    async *rows(signal): AsyncGenerator<SourceRecord, void, undefined> {
      let rows = 0;
      for await (const record of source.rows(signal)) {
        rows += 1;
        if (rows > mostRows)
          throw new AppError(
            'invalid_request',
            `${source.name} has more than ${mostRows.toLocaleString('en')} rows.`,
            { hint: 'Ask it for fewer, in several workflows.' },
          );
        yield record;
        const turn = patience.afterRow();
        if (turn !== undefined) await turn;
      }
    },
  };
}
