import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, KinoraError } from '../../client/index.ts';
import { AppError } from '../../domain/errors.ts';
import { openSink, type SinkSpec } from '../sinks/index.ts';
import type { Sink, SinkReport, SinkResult } from '../sinks/sink.ts';
import type { SourceContext } from '../sources/source.ts';
import type { RunResult } from './collect-results.ts';

export interface OpenSinks {
  /** Writes the results to one sink after the other. One that cannot be written is told, and stops no other. */
  write(results: () => AsyncIterable<RunResult>): Promise<{ name: string; report: SinkReport }[]>;
}

/**
 * The sinks of a workflow. What can be known to be wrong with one is thrown here, before anything is made. Where only
 * some rows are chosen, what is written whole is left as it is, and `leave` is told their names.
 */
export function openSinks(options: {
  client: Client;
  opened: { sinks: readonly SinkSpec[]; context: SourceContext };
  isPart: boolean;
  leave(name: string): void;
  signal: AbortSignal;
}): OpenSinks {
  const { client, opened, signal } = options;
  const links = new WeakMap<SinkResult, { url: string; poster_url: string }>();
  async function* shown(results: AsyncIterable<RunResult>): AsyncGenerator<SinkResult> {
    for await (const { shown: result, live } of results) {
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
    async write(results) {
      const reports: { name: string; report: SinkReport }[] = [];
      for (const sink of sinks)
        reports.push({ name: sink.name, report: await written(sink, shown(results())) });
      return reports;
    },
  };

  async function written(sink: Sink, results: AsyncIterable<SinkResult>): Promise<SinkReport> {
    try {
      return await sink.write(results, signal);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const refusals = [{ key: sink.name, reason: error.message }];
      return { written: 0, skipped: 0, refused: 1, refusals };
    }
  }
}
