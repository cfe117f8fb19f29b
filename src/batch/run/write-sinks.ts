import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, KinoraError } from '../../client/index.ts';
import { AppError } from '../../domain/errors.ts';
import { openSink, type SinkSpec } from '../sinks/index.ts';
import type { Sink, SinkMarking, SinkReport, SinkResult, Telling } from '../sinks/sink.ts';
import type { SourceContext } from '../sources/source.ts';
import type { RunResult } from './collect-results.ts';
import { dueRows, type Passed } from './due-rows.ts';
import { createMarkKeeper } from './keep-marks.ts';
import type { SpooledRow } from './spool.ts';

export interface OpenSinks {
  /**
   * Writes what came of the rows to one sink after the other; those that take results one by one are told of what they
   * have not taken yet. One that cannot be written is told, and stops no other.
   */
  write(
    rows: () => AsyncIterable<SpooledRow>,
    resultsOf: (rows: AsyncIterable<SpooledRow>) => AsyncIterable<RunResult>,
  ): Promise<{ name: string; report: SinkReport }[]>;
}

/**
 * The sinks of a workflow. What can be known to be wrong with one is thrown here, before anything is made. Where only
 * some rows are chosen, what is written whole is left as it is, and `leave` is told their names.
 */
export function openSinks(options: {
  client: Client;
  opened: { workflow: { name: string }; sinks: readonly SinkSpec[]; context: SourceContext };
  isPart: boolean;
  /** Tell sinks also what they have taken before. */
  redeliver: boolean;
  /** What a sink takes of a rehearsal is not remembered: it is of no record. */
  isRehearsal: boolean;
  leave(name: string): void;
  signal: AbortSignal;
}): OpenSinks {
  const { client, opened, signal } = options;
  const links = new WeakMap<SinkResult, { url: string; poster_url: string }>();
  async function* shown(
    results: AsyncIterable<RunResult>,
    tellings?: Map<string, Telling>,
  ): AsyncGenerator<SinkResult> {
    for await (const { shown: found, live } of results) {
      const result = tellings === undefined ? found : toldOf(found, tellings);
      if (live !== null) links.set(result, live);
      yield result;
    }
  }
  const sinks = opened.sinks.flatMap((spec) => {
    const sink = openSink(spec, {
      ...opened.context,
      now: () => new Date(),
      async *content(result, part, within) {
        const link = links.get(result);
        if (link === undefined) throw new AppError('not_found', `${result.key} has no ${part}.`);
        const url = part === 'video' ? link.url : link.poster_url;
        yield* await client.files.download(url, { signal: within }).catch((error: unknown) => {
          if (!(error instanceof KinoraError)) throw error;
          throw new AppError('not_found', `The ${part} of ${result.key} cannot be had: ${error.message}`, {
            cause: error,
          });
        });
      },
      sleep: (ms, within) => sleep(ms, undefined, { signal: within }),
    });
    if (!options.isPart || !sink.isWhole) return [sink];
    options.leave(sink.name);
    return [];
  });
  return {
    async write(rows, resultsOf) {
      const reports: { name: string; report: SinkReport }[] = [];
      for (const sink of sinks) {
        const { marking } = sink;
        const report =
          marking === undefined || options.isRehearsal
            ? await written(sink, shown(resultsOf(rows())))
            : await delivered(sink, marking, rows(), resultsOf);
        reports.push({ name: sink.name, report });
      }
      return reports;
    },
  };

  async function delivered(
    sink: Sink,
    marking: SinkMarking,
    rows: AsyncIterable<SpooledRow>,
    resultsOf: (rows: AsyncIterable<SpooledRow>) => AsyncIterable<RunResult>,
  ): Promise<SinkReport> {
    const passed: Passed = { delivered: 0, unshown: 0 };
    const workflow = opened.workflow.name;
    const tellings = new Map<string, Telling>();
    const asked = { rows, again: options.redeliver, passed, tellings };
    const due = dueRows({ client, signal }, workflow, marking, asked);
    const marks = createMarkKeeper(client, workflow, marking, signal);
    try {
      const report = await written(sink, shown(resultsOf(due), tellings), marks.taken);
      return { ...report, skipped: report.skipped + passed.unshown, delivered: passed.delivered };
    } finally {
      await marks.close();
    }
  }

  async function written(
    sink: Sink,
    results: AsyncIterable<SinkResult>,
    onTaken?: (result: SinkResult) => Promise<void>,
  ): Promise<SinkReport> {
    try {
      return await sink.write(results, signal, onTaken);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const refusals = [{ key: sink.name, reason: error.message }];
      return { written: 0, checked: 0, skipped: 0, refused: 1, refusals };
    }
  }
}

/** A result with its telling. Where nothing is shown any more, nothing of what was shown is left in it. */
function toldOf(result: SinkResult, tellings: Map<string, Telling>): SinkResult {
  const telling = tellings.get(result.key);
  tellings.delete(result.key);
  if (telling === undefined) return result;
  if (result.video_url !== null) return { ...result, telling };
  const nothing = {
    version: null,
    generation_id: null,
    seconds: null,
    width: null,
    height: null,
    bytes: null,
  };
  return { ...result, ...nothing, poster_url: null, credits: null, telling };
}
