import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportFormats } from '../../contract/generation-export.ts';
import { outcomes } from '../../domain/generation.ts';
import { type Command, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { oneOf, reportFilter, reportOptions } from '../report-options.ts';
import { openSession } from '../session.ts';

export const command: Command = {
  name: 'export',
  summary: 'write out the log of your generations: prompts, references, credits, videos',
  usage: '',
  options: {
    out: { type: 'string', short: 'o', value: 'FILE', help: 'write it there; to standard output by default' },
    format: {
      type: 'string',
      value: 'FORMAT',
      help: `${exportFormats.join(' or ')}; by the name of the file, else csv`,
    },
    outcome: { type: 'string', value: 'OUTCOME', help: `only those that ended so: ${outcomes.join(', ')}` },
    ...reportOptions,
    ...serverOptions,
  },
  examples: [
    'kinora export -o generations.csv',
    'kinora export --format ndjson --from 2026-11-01 | gzip > november.ndjson.gz',
  ],
  async run(invocation) {
    const { options, output, signal, positionals } = invocation;
    if (positionals.length > 0)
      throw new UsageError(`"${positionals[0]}" is too much.`, 'Name the file with -o.');
    const out = options.text('out');
    const outcome = oneOf('outcome', options.text('outcome'), outcomes);
    const format =
      oneOf('format', options.text('format'), exportFormats) ??
      (output.json || /\.(ndjson|jsonl)$/i.test(out ?? '') ? 'ndjson' : 'csv');
    const session = await openSession(invocation);
    try {
      const { body } = await session.client.usage.exportLog(
        { ...reportFilter(invocation), format, ...(outcome === undefined ? {} : { outcome }) },
        { signal },
      );
      if (body === null) throw new Error('the export has no body');
      const log = Readable.fromWeb(body as import('node:stream/web').ReadableStream);
      if (out === undefined) await pipeline(log, process.stdout, { end: false, signal });
      else {
        await writeWhole(log, out, signal);
        output.data({ file: out, format });
        output.note(`written to ${out}`);
      }
    } finally {
      await session.close();
    }
  },
};

/** The file appears when it is complete, and one that was there stays until then. */
async function writeWhole(log: Readable, path: string, signal: AbortSignal): Promise<void> {
  const partial = `${path}.part`;
  try {
    await pipeline(log, createWriteStream(partial), { signal });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
