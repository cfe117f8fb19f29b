import type { Client } from '../../client/index.ts';
import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { withClient } from '../session.ts';
import { oneLine } from '../text-width.ts';
import { printDetail, printList } from '../workflows/print-workflow.ts';
import { pushWorkflow } from '../workflows/push-workflow.ts';
import { cancelRun, listRuns, runStored } from '../workflows/stored-runs.ts';

const verbs = ['list', 'push', 'show', 'run', 'runs', 'cancel', 'pause', 'resume', 'delete'] as const;

export const command: Command = {
  name: 'workflows',
  summary: 'keep workflows on a server that runs them: store, run, see, pause, delete',
  usage:
    '[list | push <workflow file> | show <name> | run <name> | runs <name> | cancel <run id> | pause <name> | resume <name> | delete <name>]',
  options: {
    'max-credits': { type: 'string', value: 'N', help: 'with run: make nothing if it costs more than this' },
    'accept-drift': { type: 'boolean', help: 'with run: take what URLs hold now, where that has changed' },
    rehearse: { type: 'boolean', help: 'with run: make free drafts on the embedded engine, of no record' },
    wait: { type: 'boolean', help: 'with run: stay until it has ended' },
    ...serverOptions,
  },
  examples: [
    'kinora workflows push shop.yaml --url https://kinora.example.com --key kin_live_…',
    'kinora workflows show shop',
    'kinora workflows run shop --rehearse --wait',
    'kinora workflows run shop --wait',
    'kinora workflows runs shop',
  ],
  async run(invocation) {
    const [given = 'list', what, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    const verb = verbs.find((one) => one === given);
    if (verb === undefined)
      throw new UsageError(`workflows cannot "${given}".`, `It can ${verbs.join(', ')}.`);
    if (verb === 'list') return withClient(invocation, (client) => printList(invocation, client));
    if (what === undefined)
      throw new UsageError(
        verb === 'push'
          ? 'The workflow file is missing.'
          : verb === 'cancel'
            ? 'The id of the run is missing.'
            : 'The name of the workflow is missing.',
        `${program} workflows lists them.`,
      );
    await withClient(invocation, (client) => act(verb, { invocation, client, what }));
  },
};

function act(
  verb: Exclude<(typeof verbs)[number], 'list'>,
  { invocation, client, what }: Asked,
): Promise<void> {
  switch (verb) {
    case 'push':
      return pushWorkflow(invocation, client, what);
    case 'show':
      return printDetail(invocation, client, what);
    case 'run':
      return runStored(invocation, client, what);
    case 'runs':
      return listRuns(invocation, client, what);
    case 'cancel':
      return cancelRun(invocation, client, what);
    case 'pause':
    case 'resume':
      return setPaused(invocation, client, { name: what, paused: verb === 'pause' });
    case 'delete':
      return deleteWorkflow(invocation, client, what);
  }
}

interface Asked {
  invocation: Invocation;
  client: Client;
  what: string;
}

async function deleteWorkflow({ output, signal }: Invocation, client: Client, name: string): Promise<void> {
  await client.workflows.delete(name, { signal });
  output.line(`${oneLine(name)} is not run by the server any more. Its records, videos and runs stay.`);
}

async function setPaused(
  invocation: Invocation,
  client: Client,
  { name, paused }: { name: string; paused: boolean },
): Promise<void> {
  const { signal } = invocation;
  await client.workflows.change(name, { paused }, { signal });
  await printDetail(invocation, client, name);
}
