import { commandLine } from '../again.ts';
import { type Command, onlyArgument, serverOptions } from '../command.ts';
import { openFile } from '../plan/open-file.ts';
import { planOpened } from '../plan/plan-opened.ts';
import { choiceOptions, readChoice } from '../plan/plan-options.ts';
import { printPlan } from '../plan/print-plan.ts';
import { openSession } from '../session.ts';

export const command: Command = {
  name: 'plan',
  summary: 'show what a run would make, why, and for how much; makes and charges nothing',
  usage: '<workflow file> [options]',
  options: { ...choiceOptions, ...serverOptions },
  examples: [
    'kinora plan examples/halden/workflow.yaml',
    'kinora plan shop.yaml --only MUG-01',
    'kinora plan shop.yaml --json',
  ],
  async run({ positionals, options, env, output, signal }) {
    const file = onlyArgument(positionals, 'A workflow file');
    const choice = readChoice(options);
    const session = await openSession({ options, env, output, signal });
    try {
      const opened = await openFile({
        file,
        env,
        client: session.client,
        signal,
        acceptDrift: options.flag('accept-drift'),
      });
      const plan = await planOpened(opened, { client: session.client, output, signal, choice });
      printPlan(output, plan);
      if (plan.toMake > 0) {
        const again = commandLine(
          ['run', file],
          [
            ...choice.only.map((key) => ['--only', key] as const),
            ['--limit', choice.limit],
            ['--url', options.text('url')],
          ],
        );
        output.line();
        output.line(output.style.faint(`To make ${plan.toMake === 1 ? 'it' : 'them'}: ${again}`));
      }
    } finally {
      await session.close();
    }
  },
};
