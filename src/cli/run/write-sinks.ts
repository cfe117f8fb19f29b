import { setTimeout as sleep } from 'node:timers/promises';
import type { RunResult } from '../../batch/run/collect-results.ts';
import { openSink } from '../../batch/sinks/index.ts';
import type { SinkReport, SinkResult } from '../../batch/sinks/sink.ts';
import { type Client, KinoraError } from '../../client/index.ts';
import { AppError } from '../../domain/errors.ts';
import type { OpenFile } from '../plan/open-file.ts';

/** Writes the results of all rows to every sink of a workflow, one sink after the other. */
export async function writeSinks(options: {
  client: Client;
  opened: OpenFile;
  results(): AsyncIterable<RunResult>;
  signal: AbortSignal;
}): Promise<{ name: string; report: SinkReport }[]> {
  const { client, opened, signal } = options;
  const links = new WeakMap<SinkResult, { url: string; poster_url: string }>();
  async function* shown(): AsyncGenerator<SinkResult> {
    for await (const { shown: result, live } of options.results()) {
      if (live !== null) links.set(result, live);
      yield result;
    }
  }
  const reports: { name: string; report: SinkReport }[] = [];
  for (const spec of opened.sinks) {
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
    reports.push({ name: sink.name, report: await sink.write(shown(), signal) });
  }
  return reports;
}
