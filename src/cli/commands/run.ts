import { relative } from 'node:path';
import { commandLine } from '../again.ts';
import { type Command, onlyArgument, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { concludeRun, sayResults } from '../run/conclude-run.ts';
import { loadWorkflow } from '../run/load-workflow.ts';
import { runWorkflow } from '../run/run-workflow.ts';
import { watchRun } from '../run/watch-run.ts';
import { openSession } from '../session.ts';

export const command: Command = {
  name: 'run',
  summary: 'make one video for each row of a table; a second run makes only what is missing',
  usage: '<workflow file> [options]',
  options: {
    limit: { type: 'string', value: 'N', help: 'only the first N rows of the source' },
    only: { type: 'string', multiple: true, value: 'KEY', help: 'only the row with this key' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FOLDER',
      help: 'where videos, results and contact sheet go',
    },
    ...serverOptions,
  },
  examples: [
    'kinora run examples/halden/workflow.yaml',
    'kinora run shop.yaml --limit 3',
    'kinora run shop.yaml --url https://kinora.example.com --key kin_live_…',
  ],
  async run({ positionals, options, env, output, signal }) {
    const file = onlyArgument(positionals, 'A workflow file');
    const limit = options.wholeNumber('limit');
    if (limit !== undefined && limit < 1) throw new UsageError(`--limit must be at least 1, not ${limit}.`);
    const loaded = await loadWorkflow(file, {
      output: options.text('output'),
      only: options.texts('only'),
      limit,
    });
    const started = performance.now();
    const session = await openSession({ options, env, output, signal });
    const progress = output.progress();
    try {
      const watcher = watchRun(output, progress);
      const outcome = await runWorkflow({ client: session.client, loaded, watcher, signal });
      progress.close();
      const elapsedSeconds = (performance.now() - started) / 1000;
      sayResults(output, { outcome, folder: loaded.output, elapsedSeconds });
      output.line();
      output.line(`contact sheet  ${relative('', outcome.contactSheet)}`);
      output.line(`results        ${relative('', outcome.resultsCsv)}`);
      const again = commandLine(
        ['run', file],
        [
          ['-o', options.text('output')],
          ...options.texts('only').map((key) => ['--only', key] as const),
          ['--limit', limit],
          ['--url', options.text('url')],
        ],
      );
      concludeRun(output, outcome, again);
    } finally {
      progress.close();
      await session.close();
    }
  },
};
