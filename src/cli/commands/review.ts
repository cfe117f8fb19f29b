import type { Client, RecordDetail, VideoRecord } from '../../client/index.ts';
import { rejectReasons } from '../../domain/record.ts';
import { commandLine, program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { findRecord } from '../records/find-record.ts';
import { printKeepers } from '../records/print-keepers.ts';
import { printRecord } from '../records/print-records.ts';
import { withClient } from '../session.ts';
import { short } from '../short.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

const verbs = ['approve', 'reject', 'regenerate', 'on', 'off'] as const;

const mostListed = 100;

export const command: Command = {
  name: 'review',
  summary: 'approve videos, reject them, have them made once more',
  usage: '[list | approve <key> | reject <key> | regenerate <key> | on <workflow> | off <workflow>]',
  options: {
    workflow: { type: 'string', value: 'NAME', help: 'of this workflow' },
    version: {
      type: 'string',
      value: 'N',
      help: 'which version; by default the one that awaits review, else the newest',
    },
    reason: { type: 'string', value: 'REASON', help: `with reject: ${rejectReasons.join(', ')}` },
    note: {
      type: 'string',
      value: 'TEXT',
      help: 'with reject: in your words; with regenerate: a sentence for its prompt',
    },
    seed: { type: 'string', value: 'N', help: 'with regenerate: instead of a new one' },
    stats: { type: 'boolean', help: 'how often what a workflow made was kept, and at what cost' },
    ...serverOptions,
  },
  examples: [
    'kinora review --workflow spring',
    'kinora review approve MUG-01',
    'kinora review reject LAMP-04 --reason distorted --note "The shade bends."',
    'kinora review regenerate LAMP-04 --note "keep the shade straight"',
    'kinora review --stats spring',
  ],
  async run(invocation) {
    const [first, second, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (invocation.options.flag('stats')) {
      if (second !== undefined) throw new UsageError(`"${second}" is too much.`);
      return withClient(invocation, (client) => statistics(invocation, client, first));
    }
    if (first === undefined || first === 'list')
      return withClient(invocation, (client) => list(invocation, client));
    const verb = verbs.find((one) => one === first);
    if (verb === undefined)
      throw new UsageError(
        `review cannot "${first}".`,
        'It can list, approve, reject, regenerate, and be turned on and off.',
      );
    const ofWorkflow = verb === 'on' || verb === 'off';
    if (second === undefined)
      throw new UsageError(
        ofWorkflow ? 'The name of the workflow is missing.' : 'The key of the record is missing.',
        `${program} ${ofWorkflow ? 'records' : 'review'} lists them.`,
      );
    if (ofWorkflow)
      return withClient(invocation, (client) => turn(invocation, client, second, verb === 'on'));
    const decide = decisionOf(invocation, verb);
    return withClient(invocation, async (client) => {
      const { output, options, signal } = invocation;
      const named = { what: second, workflow: options.text('workflow') };
      const record = await findRecord(client, named, { signal });
      const number = options.wholeNumber('version') ?? record.awaiting_review?.version ?? record.version;
      printRecord(output, await decide(client, record.id, number));
    });
  },
};

type Decide = (client: Client, id: string, number: number) => Promise<RecordDetail>;

/** What the options say of a decision, checked before any server is asked. */
function decisionOf({ options, signal }: Invocation, verb: 'approve' | 'reject' | 'regenerate'): Decide {
  const note = options.text('note');
  const noted = note === undefined ? {} : { note };
  if (verb === 'approve') return (client, id, number) => client.records.approve(id, number, { signal });
  if (verb === 'regenerate') {
    const seed = options.wholeNumber('seed');
    const version = options.wholeNumber('version');
    const body = {
      ...noted,
      ...(seed === undefined ? {} : { seed }),
      ...(version === undefined ? {} : { version }),
    };
    return (client, id) => client.records.regenerate(id, body, { signal });
  }
  const given = options.text('reason')?.replaceAll('-', '_');
  const reason = rejectReasons.find((one) => one === given);
  if (reason === undefined)
    throw new UsageError(
      given === undefined ? '--reason is missing: why is it rejected?' : `"${given}" is no reason we know.`,
      `One of ${rejectReasons.join(', ')}.`,
    );
  return (client, id, number) => client.records.reject(id, number, { reason, ...noted }, { signal });
}

async function list({ options, output, signal }: Invocation, client: Client): Promise<void> {
  const workflow = options.text('workflow');
  const query = { limit: mostListed, ...(workflow === undefined ? {} : { workflow }) };
  const { data, next_cursor: more } = await client.records.list(
    { ...query, awaiting_review: 'true' },
    { signal },
  );
  for (const record of data) output.data(record);
  if (data.length === 0) return output.line('Nothing waits for review.');
  for (const line of table(data, columns, output.style)) output.line(line);
  if (more !== null) output.note(`These are the first ${mostListed}.`);
  const [first] = data;
  if (first !== undefined) output.note(`\n${commandLine(['review', 'approve', first.key], [])}`);
}

async function turn(
  { output, signal }: Invocation,
  client: Client,
  name: string,
  review: boolean,
): Promise<void> {
  const workflow = await client.workflows.change(name, { review }, { signal });
  output.data(workflow);
  const called = output.style.strong(oneLine(name));
  output.line(
    review
      ? `${called} is reviewed: only versions that were approved are shown.`
      : `${called} is not reviewed any more: a version is shown as soon as it is made, unless it was rejected.`,
  );
}

async function statistics(
  { output, signal }: Invocation,
  client: Client,
  name: string | undefined,
): Promise<void> {
  const names = name === undefined ? [] : [name];
  if (name === undefined)
    for await (const workflow of client.workflows.list({ limit: 200 }, { signal })) names.push(workflow.name);
  if (names.length === 0) output.line('There are no workflows with records yet.');
  for (const [index, one] of names.entries()) {
    if (index > 0) output.line();
    printKeepers(output, await client.workflows.get(one, { signal }));
  }
}

const columns = [
  { head: 'WORKFLOW', cell: ({ workflow }: VideoRecord) => short(workflow, 24) },
  { head: 'KEY', cell: ({ key }: VideoRecord) => short(key, 32) },
  {
    head: 'VERSION',
    align: 'right',
    cell: ({ awaiting_review: waits }: VideoRecord) => (waits === null ? '' : `v${waits.version}`),
  },
  {
    head: 'LIVE',
    align: 'right',
    cell: ({ live }: VideoRecord) => (live === null ? '-' : `v${live.version}`),
  },
  { head: 'LOOK AT IT', cell: ({ awaiting_review: waits }: VideoRecord) => waits?.output.url ?? '' },
] as const;
