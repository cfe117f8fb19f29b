// Makes the six videos of examples/halden with an embedded server, through the real HTTP API: what `kinora run` does,
// with a home of its own. Killed anywhere and run again, it goes on with what it has.

import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { commandLine } from '../src/cli/again.ts';
import { exitCodeOf, UsageError } from '../src/cli/exit-codes.ts';
import { createOutput, type Output } from '../src/cli/output.ts';
import { concludeRun, madeVideos, sayVideos } from '../src/cli/run/conclude-run.ts';
import type { ReadyRow } from '../src/cli/run/hash-references.ts';
import { loadWorkflow } from '../src/cli/run/load-workflow.ts';
import { runWorkflow } from '../src/cli/run/run-workflow.ts';
import { watchRun } from '../src/cli/run/watch-run.ts';
import { sayWhy, stopSignal } from '../src/cli/run-command-line.ts';
import { openSession, type Session } from '../src/cli/session.ts';
import { readConfig } from '../src/config.ts';

const workflowFile = join(import.meta.dirname, '..', 'examples', 'halden', 'workflow.yaml');

// The demo has a server and a database of its own, whatever the shell says of another.
const notOurs = {
  KINORA_URL: undefined,
  KINORA_KEY: undefined,
  KINORA_OPERATOR_KEY: undefined,
  KINORA_HOST: undefined,
  KINORA_PORT: undefined,
  KINORA_PUBLIC_URL: undefined,
  DATABASE_URL: undefined,
};

const output = createOutput({
  json: process.argv.includes('--json'),
  stdout: process.stdout,
  stderr: process.stderr,
  noColours: (process.env['NO_COLOR'] ?? '') !== '',
});
const code = await demo().then(
  () => 0,
  (error: unknown) => {
    sayWhy(output, error);
    return exitCodeOf(error);
  },
);
process.stdout.write('', () => process.exit(code));

async function demo(): Promise<void> {
  const { limit, folder } = readChoices();
  const signal = stopSignal(output);
  const started = performance.now();
  const loaded = await loadWorkflow(workflowFile, { only: [], limit, output: folder });
  // Beside the home of a served Kinora, so that both can run.
  const env = { ...process.env, ...notOurs };
  const home = join(readConfig(env).home, 'demo');
  output.note(`Starting Kinora with its own PostgreSQL in ${relative('', home)} …`);
  const options = { text: () => undefined, texts: () => [], flag: () => false, wholeNumber: () => undefined };
  const session = await openSession({ env, options, output, signal }, { home, accountName: 'Halden demo' });
  const progress = output.progress();
  try {
    output.note(`Serving ${session.url}; running ${relative('', workflowFile)} against it.`);
    const outcome = await runWorkflow({
      client: session.client,
      loaded,
      watcher: watchRun(output, progress),
      signal,
      beforeFirst: ({ rows, open }) => grantOnce(session, { rows, open, seconds: loaded.workflow.duration }),
    });
    progress.close();
    const videos = madeVideos(outcome.results, loaded.output);
    const elapsedSeconds = Number(((performance.now() - started) / 1000).toFixed(1));
    sayVideos(output, videos, elapsedSeconds);
    output.data({ videos, contact_sheet: outcome.contactSheet, elapsed_seconds: elapsedSeconds });
    if (outcome.stoppedBy === undefined) sayNext(output, outcome.contactSheet);
    concludeRun(output, outcome, again({ limit, folder }));
  } finally {
    progress.close();
    await session.close();
  }
}

/**
 * Where the engine has a price, the demo grants its own account what all its videos cost, once: the idempotency key
 * names account, sum and requests, so that a demo that was killed and runs again is not given more, and one whose
 * prompt has changed can pay for it.
 */
async function grantOnce(
  session: Session,
  plan: { rows: readonly ReadyRow[]; open: number; seconds: number },
): Promise<void> {
  const { client, own } = session;
  if (plan.open === 0 || own === undefined) return;
  const all = plan.rows.length;
  const estimate = await client.estimates.create({ duration: plan.seconds, count: all });
  const { credits } = estimate.total;
  if (credits === 0) return;
  const requests = createHash('sha256')
    .update(plan.rows.map(({ requestHash }) => requestHash).join())
    .digest('hex')
    .slice(0, 32);
  await own.operator.accounts.grant(
    own.accountId,
    { credits, reason: `the demo's ${all} videos` },
    { idempotencyKey: `demo/${own.accountId}/${credits}/${requests}` },
  );
  output.note(
    `${all} video${all === 1 ? '' : 's'} at ${estimate.each.credits} credits: granted ${credits.toLocaleString('en')}, once.`,
  );
}

function again({ limit, folder }: ReturnType<typeof readChoices>): string {
  const choices = commandLine(
    [],
    [
      ['--limit', limit],
      ['--output', folder],
    ],
    '',
  );
  return choices === '' ? 'npm run demo' : `npm run demo --${choices}`;
}

function sayNext({ line, style }: Output, contactSheet: string): void {
  line();
  line(`${style.strong('Contact sheet')}  ${contactSheet}`);
  line();
  line('What to try next:');
  line(`  1. Open the contact sheet in a browser and point at a video.`);
  line(
    `  2. Change the prompt in examples/halden/workflow.yaml, then ${style.strong('npm run demo')} again:`,
  );
  line('     only what changed is made.');
  line(`  3. Make a video of your own:`);
  line(`     ${style.strong('npm run kinora -- generate "@Image1 on warm wood" -i your-photo.jpg')}`);
}

function readChoices(): { limit: number | undefined; folder: string | undefined } {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean' },
        limit: { type: 'string' },
        output: { type: 'string', short: 'o' },
      },
    });
    const limit = values.limit === undefined ? undefined : Number(values.limit);
    if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
      throw new TypeError('--limit must be a whole number from 1.');
    return { limit, folder: values.output };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(
      `kinora: ${error.message}\nusage: npm run demo [-- --json] [-- --limit N] [-- --output FOLDER]\n`,
    );
    return process.exit(exitCodeOf(new UsageError(error.message)));
  }
}
