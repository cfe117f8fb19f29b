import { join, relative, resolve } from 'node:path';
import type { WorkflowPlan } from '../../batch/plan/plan-workflow.ts';
import { commandLine } from '../again.ts';
import { askForYes } from '../ask.ts';
import { type Command, type Invocation, onlyArgument, serverOptions } from '../command.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { openFile } from '../plan/open-file.ts';
import { choiceOptions, readChoice } from '../plan/plan-options.ts';
import { printPlan, showRehearsal } from '../plan/print-plan.ts';
import { concludeRun, sayResults } from '../run/conclude-run.ts';
import { runOpened } from '../run/run-opened.ts';
import { openSession } from '../session.ts';

export const command: Command = {
  name: 'run',
  summary: 'make what a plan shows: one video for each row that is new or has changed',
  usage: '<workflow file> [options]',
  options: {
    ...choiceOptions,
    yes: { type: 'boolean', short: 'y', help: 'do not ask whether the price is right' },
    'max-credits': { type: 'string', value: 'N', help: 'make nothing if it costs more than this' },
    rehearse: {
      type: 'boolean',
      help: 'make drafts on the embedded engine, free and apart from the real videos',
    },
    detach: { type: 'boolean', help: 'leave once the rows are on the server' },
    redeliver: { type: 'boolean', help: 'tell webhooks and databases also what they were told before' },
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
    'kinora run shop.yaml --rehearse --limit 3',
    'kinora run shop.yaml --yes --max-credits 20000 --url https://kinora.example.com --key kin_live_…',
  ],
  async run(invocation) {
    const { positionals, options, env, output, signal } = invocation;
    const file = onlyArgument(positionals, 'A workflow file');
    const choice = readChoice(options);
    const maxCredits = options.wholeNumber('max-credits');
    const rehearse = options.flag('rehearse');
    if (rehearse && maxCredits !== undefined)
      throw new UsageError('--max-credits says nothing with --rehearse: a rehearsal costs nothing.');
    const started = performance.now();
    const session = await openSession({ options, env, output, signal });
    try {
      const opened = await openFile({
        file,
        env,
        client: session.client,
        signal,
        acceptDrift: options.flag('accept-drift'),
      });
      if (opened.workflow.schedule !== undefined)
        output.note(
          `Runs now, once. Its schedule takes effect on a server that it is stored on: ${commandLine(['workflows', 'push', file], [['--url', options.text('url')]])}`,
        );
      const given = options.text('output');
      const real = given === undefined ? opened.output : resolve(given);
      const folder = rehearse && real !== undefined ? join(real, 'rehearsal') : real;
      const isInside = session.inside;
      if (options.flag('detach') && isInside)
        throw new UsageError(
          '--detach needs a server that stays: this one ends with the command.',
          'Start kinora serve in another terminal, or name a server with --url.',
        );
      const outcome = await runOpened({
        client: session.client,
        opened,
        output,
        choice,
        rehearse,
        folder,
        confirm: async (plan) =>
          rehearse ? showRehearsal(output, plan) : confirm(invocation, plan, maxCredits),
        detach: options.flag('detach'),
        redeliver: options.flag('redeliver'),
        waitForCaps: output.isLive && !isInside,
        signal,
      });
      const again = commandLine(
        ['run', file, ...(rehearse ? ['--rehearse'] : [])],
        [
          ['-o', given],
          ...choice.only.map((key) => ['--only', key] as const),
          ['--limit', choice.limit],
          ['--url', options.text('url')],
        ],
      );
      if (options.flag('detach')) {
        output.data({ batch_ids: outcome.batchIds });
        for (const id of outcome.batchIds) output.line(`${id} goes on by itself. To come back: ${again}`);
        return;
      }
      const elapsedSeconds = (performance.now() - started) / 1000;
      if (outcome.stoppedBy === undefined) sayResults(output, { outcome, folder, elapsedSeconds });
      if (outcome.folder !== undefined) {
        output.line();
        output.line(`contact sheet  ${relative('', outcome.folder.contactSheet)}`);
        output.line(`results        ${relative('', outcome.folder.resultsCsv)}`);
      }
      concludeRun(output, outcome, again);
    } finally {
      await session.close();
    }
  },
};

/** Shows the plan, and goes on only where its price is agreed to. What is free needs no yes. */
async function confirm(
  { options, output, signal }: Invocation,
  plan: WorkflowPlan,
  maxCredits: number | undefined,
): Promise<void> {
  printPlan(output, plan);
  if (plan.toMake === 0) return;
  const { engine, price } = plan;
  if (!engine.isSetUp)
    throw new UsageError(
      `The engine "${engine.name}" is not set up here, so nothing can be made.`,
      `docs/engines/${engine.name}.md says how; or name another one as engine: in the workflow.`,
    );
  const credits = price.credits.toLocaleString('en');
  if (maxCredits !== undefined && price.credits > maxCredits)
    throw new NotMade(
      `It costs ${credits} credits, more than --max-credits ${maxCredits.toLocaleString('en')}. Nothing was made.`,
    );
  if (price.credits === 0 || options.flag('yes')) return;
  output.line();
  const videos = `${plan.toMake.toLocaleString('en')} video${plan.toMake === 1 ? '' : 's'}`;
  if (!(await askForYes(`Make ${videos} for ${credits} credits?`, { output, signal })))
    throw new NotMade('Nothing was made.');
}
