import { versionStates } from '../../domain/record.ts';
import { commandLine, program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { findRecord } from '../records/find-record.ts';
import { printRecord, recordTable } from '../records/print-records.ts';
import { openSession } from '../session.ts';
import { oneLine } from '../text-width.ts';

const usualMost = 50;

export const command: Command = {
  name: 'records',
  summary: 'show what videos are made for, publish it, roll back',
  usage: '[list | show <key> | publish <workflow> | revoke <workflow> | roll-back <key> --to N]',
  options: {
    workflow: { type: 'string', value: 'NAME', help: 'of this workflow' },
    state: { type: 'string', value: 'STATE', help: `with list: ${versionStates.join(', ')}` },
    limit: { type: 'string', value: 'N', help: `with list: how many at most; ${usualMost} by default` },
    to: {
      type: 'string',
      value: 'N',
      help: 'with roll-back: the version to show; newest ends the roll-back',
    },
    ...serverOptions,
  },
  examples: [
    'kinora records --workflow spring --state failed',
    'kinora records show MUG-01',
    'kinora records publish spring',
    'kinora records roll-back MUG-01 --to 2',
  ],
  async run(invocation) {
    const [verb = 'list', what, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb === 'list') return list(invocation);
    if (verb !== 'show' && verb !== 'publish' && verb !== 'revoke' && verb !== 'roll-back')
      throw new UsageError(`records cannot "${verb}".`, 'It can list, show, publish, revoke and roll-back.');
    const ofWorkflow = verb === 'publish' || verb === 'revoke';
    if (what === undefined)
      throw new UsageError(
        ofWorkflow ? 'The name of the workflow is missing.' : 'The key of the record is missing.',
        `${program} records lists them.`,
      );
    if (ofWorkflow) return publish(invocation, what, verb === 'publish');
    return verb === 'show' ? show(invocation, what) : rollBack(invocation, what);
  },
};

async function list(invocation: Invocation): Promise<void> {
  const { options, output, signal } = invocation;
  const [workflow, wanted] = [options.text('workflow'), options.text('state')];
  const state = versionStates.find((one) => one === wanted);
  if (wanted !== undefined && state === undefined)
    throw new UsageError(`--state must be one of ${versionStates.join(', ')}, not "${wanted}".`);
  const most = options.wholeNumber('limit') ?? usualMost;
  const session = await openSession(invocation);
  try {
    const query = { workflow, state, limit: Math.max(1, Math.min(500, most)) };
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    const records = [];
    let isMore = false;
    for await (const record of session.client.records.list(given, { signal })) {
      isMore = records.length >= most;
      if (isMore) break;
      records.push(record);
    }
    for (const record of records) output.data(record);
    if (records.length === 0) output.line('There are no such records.');
    else for (const line of recordTable(records, output.style)) output.line(line);
    if (isMore) output.note(`There are more: ${commandLine(['records'], [['--limit', most * 10]])}`);
  } finally {
    await session.close();
  }
}

async function show(invocation: Invocation, what: string): Promise<void> {
  const { options, output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const named = { what, workflow: options.text('workflow') };
    printRecord(output, await findRecord(session.client, named, { signal }));
  } finally {
    await session.close();
  }
}

async function publish(invocation: Invocation, name: string, published: boolean): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const workflow = await session.client.workflows.change(name, { published }, { signal });
    output.data(workflow);
    const called = output.style.strong(oneLine(name));
    if (!published) return output.line(`${called} is not published any more: its addresses answer 404.`);
    output.line(`${called} is published: whoever has the address of a record sees its live version.`);
    output.line(`  ${workflow.public_url}${output.style.faint('<key>')}.mp4`);
  } finally {
    await session.close();
  }
}

async function rollBack(invocation: Invocation, what: string): Promise<void> {
  const { options, output, signal } = invocation;
  const to = options.text('to');
  if (to === undefined)
    throw new UsageError('--to is missing: which version is to be shown?', 'A number, or newest.');
  const version = to === 'newest' ? null : options.wholeNumber('to');
  const session = await openSession(invocation);
  try {
    const named = { what, workflow: options.text('workflow') };
    const { id } = await findRecord(session.client, named, { signal });
    printRecord(output, await session.client.records.rollBack(id, version ?? null, { signal }));
  } finally {
    await session.close();
  }
}
