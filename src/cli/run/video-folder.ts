import { createWriteStream } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { contactSheet } from '../../batch/contact-sheet.ts';
import { fileNames } from '../../batch/file-names.ts';
import { type Result, resultLine, resultsHead } from '../../batch/results.ts';
import type { RunResult } from '../../batch/run/collect-results.ts';
import { type Client, KinoraError } from '../../client/index.ts';
import { writeAtomically } from '../write-atomically.ts';
import { download } from './download.ts';
import { holdFolder } from './one-run.ts';

/** The folder of a workflow: its videos and stills, a table of all rows and a page to look at. */
export interface VideoFolder {
  /** Brings the videos of these rows here, those that are not there yet, and writes table and page. */
  fill(results: AsyncIterable<RunResult>): Promise<FolderReport>;
  close(): void;
}

export interface FolderReport {
  /** Every row; of a very long list the first ones. */
  results: Result[];
  rows: number;
  made: number;
  credits: number;
  contactSheet: string;
  resultsCsv: string;
}

/** Which generation each file is of. Only a memory: without it, videos are fetched once more. */
const indexSchema = z.record(z.string(), z.string());

/** More would make a page that no browser opens. */
const mostOnPage = 300;

const fetchedAtOnce = 4;

/** Takes the folder for this run alone; throws an AppError where another has it. `keys` are all of the source. */
export async function openVideoFolder(options: {
  client: Client;
  folder: string;
  workflow: string;
  aspectRatio: string;
  keys: ReadonlySet<string>;
  /** The engine that its videos stand in for. */
  rehearsalOf?: string;
  signal: AbortSignal;
}): Promise<VideoFolder> {
  const { client, folder, signal } = options;
  const held = await holdFolder(folder);
  const names = fileNames([...options.keys]);
  const indexFile = join(folder, 'videos.json');
  const index = await readIndex(indexFile);

  const bring = async ({
    shown,
    newest,
  }: RunResult): Promise<{ path: string; poster: string | null } | null> => {
    const name = names.get(shown.key);
    if (newest === null || name === undefined) return null;
    const [path, poster] = [`videos/${name}.mp4`, `posters/${name}.jpg`];
    const isHere =
      index[path] === newest.generation_id && (await sizeOf(join(folder, path))) === newest.size_bytes;
    if (!isHere) {
      const link = async () => (await client.generations.get(newest.generation_id, { signal })).output;
      await download({
        client,
        link: once(newest.url, async () => (await link())?.url ?? newest.url),
        path: join(folder, path),
        bytes: newest.size_bytes,
        signal,
      });
      await download({
        client,
        link: once(newest.poster_url, async () => (await link())?.poster_url ?? newest.poster_url),
        path: join(folder, poster),
        signal,
      }).catch((error: unknown) => {
        // The still can be done without; that the server is gone, or the person wants to stop, cannot.
        if (!(error instanceof KinoraError) || error.retryable) throw error;
      });
      index[path] = newest.generation_id;
    }
    return { path, poster: (await sizeOf(join(folder, poster))) === undefined ? null : poster };
  };

  return {
    async fill(results) {
      const paths = {
        resultsCsv: join(folder, 'results.csv'),
        contactSheet: join(folder, 'contact-sheet.html'),
      };
      const report: FolderReport = { results: [], rows: 0, made: 0, credits: 0, ...paths };
      const table = createWriteStream(`${paths.resultsCsv}.${process.pid}.tmp`);
      const written = finished(table);
      written.catch(() => {});
      table.write(resultsHead);
      try {
        for await (const [result, file] of sideBySide(results, fetchedAtOnce, bring)) {
          const row = asResult(result, file);
          report.rows += 1;
          if (row.status === 'complete') {
            report.made += 1;
            report.credits += row.credits ?? 0;
          }
          if (report.results.length < mostOnPage) report.results.push(row);
          if (!table.write(resultLine(row)))
            await Promise.race([new Promise<void>((resolve) => table.once('drain', resolve)), written]);
        }
        table.end();
        await written;
      } finally {
        table.destroy();
        await writeAtomically(indexFile, `${JSON.stringify(index, null, 1)}\n`);
      }
      await rename(`${paths.resultsCsv}.${process.pid}.tmp`, paths.resultsCsv);
      const page = contactSheet({
        workflow: options.workflow,
        aspectRatio: options.aspectRatio,
        ...(options.rehearsalOf === undefined ? {} : { rehearsalOf: options.rehearsalOf }),
        madeAt: new Date().toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' }),
        results: report.results,
        posters: await readPosters(folder, report.results),
      });
      await writeAtomically(paths.contactSheet, page);
      return report;
    },
    close: () => held.release(),
  };
}

/** The first link is at hand; a later try asks for a fresh one. */
function once(first: string, later: () => Promise<string>): () => Promise<string> {
  let isFirst = true;
  return async () => {
    if (!isFirst) return later();
    isFirst = false;
    return first;
  };
}

/** Each with what `work` makes of it, in order, with a few at work. */
async function* sideBySide<In, Out>(
  items: AsyncIterable<In>,
  atOnce: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<readonly [In, Out]> {
  const queue: Promise<readonly [In, Out]>[] = [];
  for await (const item of items) {
    const made = work(item).then((out) => [item, out] as const);
    made.catch(() => {});
    queue.push(made);
    if (queue.length >= atOnce) yield await (queue.shift() as Promise<readonly [In, Out]>);
  }
  for (const made of queue) yield await made;
}

function asResult(
  { title, prompt, shown, newest }: RunResult,
  file: { path: string; poster: string | null } | null,
): Result {
  const status = { made: 'complete', invalid: 'invalid', unfinished: 'unfinished' } as const;
  return {
    key: shown.key,
    title,
    prompt,
    status: shown.status in status ? status[shown.status as keyof typeof status] : 'failed',
    generation_id: newest?.generation_id ?? shown.generation_id,
    seconds: newest?.duration ?? null,
    width: newest?.width ?? null,
    height: newest?.height ?? null,
    bytes: newest?.size_bytes ?? null,
    credits: newest?.credits ?? null,
    path: file?.path ?? null,
    poster: file?.poster ?? null,
    error: shown.error,
  };
}

async function readIndex(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return {};
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch {
    // A memory that cannot be read is none.
    return {};
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

async function readPosters(folder: string, results: readonly Result[]): Promise<Map<string, string>> {
  const posters = new Map<string, string>();
  for (const { key, poster } of results) {
    if (poster === null) continue;
    // A still that somebody removed is no reason to have no page.
    const bytes = await readFile(join(folder, poster)).catch(() => undefined);
    if (bytes !== undefined) posters.set(key, `data:image/jpeg;base64,${bytes.toString('base64')}`);
  }
  return posters;
}
