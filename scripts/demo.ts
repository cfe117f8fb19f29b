// Makes the six videos of examples/halden with an embedded server, through the real HTTP API: what `kinora run` does,
// with a home of its own. Killed anywhere and run again, it goes on with what it has.

import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { WorkflowPlan } from '../src/batch/plan/plan-workflow.ts';
import { commandLine } from '../src/cli/again.ts';
import { exitCodeOf, UsageError } from '../src/cli/exit-codes.ts';
import { createOutput, type Output } from '../src/cli/output.ts';
import { openFile } from '../src/cli/plan/open-file.ts';
import { printPlan } from '../src/cli/plan/print-plan.ts';
import { concludeRun, sayResults } from '../src/cli/run/conclude-run.ts';
import { runOpened } from '../src/cli/run/run-opened.ts';
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
  // Beside the home of a served Kinora, so that both can run.
  const env = { ...process.env, ...notOurs };
  const home = join(readConfig(env).home, 'demo');
  output.note(`Starting Kinora with its own PostgreSQL in ${relative('', home)} …`);
  const options = { text: () => undefined, texts: () => [], flag: () => false, wholeNumber: () => undefined };
  const session = await openSession({ env, options, output, signal }, { home, accountName: 'Halden demo' });
  try {
    output.note(`Serving ${session.url}; running ${relative('', workflowFile)} against it.`);
    const opened = await openFile({ file: workflowFile, env, client: session.client, signal });
    const target = folder === undefined ? opened.output : resolve(folder);
    const outcome = await runOpened({
      client: session.client,
      opened,
      output,
      choice: { only: [], limit, retry: 'usual', onlyFailed: false },
      folder: target,
      async confirm(plan) {
        printPlan(output, plan);
        await grantOnce(session, plan);
      },
      detach: false,
      waitForCaps: false,
      signal,
    });
    const elapsedSeconds = (performance.now() - started) / 1000;
    if (outcome.stoppedBy === undefined) sayResults(output, { outcome, folder: target, elapsedSeconds });
    if (outcome.folder !== undefined) sayNext(output, outcome.folder.contactSheet);
    concludeRun(output, outcome, again({ limit, folder }));
  } finally {
    await session.close();
  }
}

/**
 * Where the engine has a price, the demo grants its own account what the videos of a plan cost, once: the idempotency key
 * names account and plan, so that a demo that was killed and runs again is not given more, and one whose prompt has changed
 * can pay for it.
 */
async function grantOnce({ own }: Session, { toMake, price, hash }: WorkflowPlan): Promise<void> {
  const missing = price.credits - price.availableCredits;
  if (missing <= 0 || own === undefined) return;
  await own.operator.accounts.grant(
    own.accountId,
    { credits: price.credits, reason: `the demo's ${toMake} videos` },
    { idempotencyKey: `demo/${own.accountId}/${hash}` },
  );
  output.note(
    `${toMake} video${toMake === 1 ? '' : 's'} at ${price.each.credits} credits: granted ${price.credits.toLocaleString('en')}, once.`,
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
