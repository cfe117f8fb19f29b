import type { Batch, BatchListItem } from '../../contract/batch.ts';
import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { openSession } from '../session.ts';
import { short } from '../short.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

const verbs = ['show', 'pause', 'resume', 'cancel', 'retry'] as const;

export const command: Command = {
  name: 'batches',
  summary: 'list batches, show how one stands, pause, resume, retry and cancel it',
  usage:
    '[list | show <batch id> | pause <batch id> | resume <batch id> | retry <batch id> | cancel <batch id>]',
  options: { ...serverOptions },
  examples: ['kinora batches', 'kinora batches show batch_…', 'kinora batches pause batch_…'],
  async run(invocation) {
    const [verb = 'list', id, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb === 'list') return list(invocation);
    const known = verbs.find((one) => one === verb);
    if (known === undefined)
      throw new UsageError(
        `batches cannot "${verb}".`,
        'It can list, show, pause, resume, retry and cancel.',
      );
    if (id === undefined)
      throw new UsageError('The id of the batch is missing.', `${program} batches lists them.`);
    return act(invocation, known, id);
  },
};

async function list(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const { data } = await session.client.batches.list({ limit: 100 }, { signal });
    for (const batch of data) output.data(batch);
    if (data.length === 0) output.line('There are no batches yet: POST /v1/batches makes one.');
    else for (const line of table(data, columns, output.style)) output.line(line);
  } finally {
    await session.close();
  }
}

async function act(invocation: Invocation, verb: (typeof verbs)[number], id: string): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const { batches } = session.client;
    if (verb === 'retry') {
      const { retried, superseded } = await batches.retry(id, { signal });
      const left = superseded === 0 ? '' : `; ${superseded} left, their records have newer versions`;
      output.note(`${retried} ${retried === 1 ? 'row waits' : 'rows wait'} again${left}.`);
    }
    const batch = await (verb === 'show' || verb === 'retry'
      ? batches.get(id, { signal })
      : batches[verb](id, { signal }));
    output.data(batch);
    print(output, batch);
  } finally {
    await session.close();
  }
}

function print(output: Output, batch: Batch): void {
  const { rows, generations, credits, stopped_by: stop } = batch;
  const count = (value: number) => value.toLocaleString('en');
  const facts: [string, string][] = [
    ['status', batch.rehearsal ? `${batch.status}, a rehearsal: free, and of no record` : batch.status],
    [
      'rows',
      `${count(batch.row_count)}: ${count(rows.waiting + rows.waiting_budget)} waiting, ${count(rows.submitted)} submitted, ${count(rows.refused)} refused, ${count(rows.canceled)} canceled`,
    ],
    [
      'videos',
      `${count(generations.complete)} ready, ${count(generations.processing)} in the making, ${count(generations.pending)} waiting, ${count(generations.failed)} failed`,
    ],
    ['credits', `${count(credits.charged)} charged, ${count(credits.held)} held`],
    ...(stop === null ? [] : [['stopped by', stopText(stop)] as [string, string]]),
    ...(batch.eta_at === null
      ? []
      : [['ready', batch.eta_at.slice(0, 16).replace('T', ' ')] as [string, string]]),
  ];
  output.line(`${output.style.strong(oneLine(batch.name))}  ${output.style.faint(batch.id)}`);
  for (const [name, value] of facts) output.line(`  ${output.style.faint(name.padEnd(10))}  ${value}`);
  if (batch.failures.length === 0) return;
  output.line();
  for (const line of table(batch.failures, failureColumns, output.style)) output.line(`  ${line}`);
  output.line();
  output.note(`Try them again: ${program} batches retry ${batch.id}`);
}

function stopText(stop: Record<string, unknown>): string {
  if (stop['reason'] === 'credits') return `credits: ${String(stop['available'])} are available`;
  if (stop['reason'] === 'budget')
    return `the budget "${oneLine(String(stop['name']))}": ${String(stop['used'])} of ${String(stop['limit'])} used`;
  return String(stop['reason']).replaceAll('_', ' ');
}

type Failure = Batch['failures'][number];

const failureColumns = [
  { head: 'FAILED', align: 'right', cell: ({ rows }: Failure) => rows.toLocaleString('en') },
  { head: 'WHY', cell: ({ code }: Failure) => code },
  { head: 'FOR EXAMPLE', cell: ({ message }: Failure) => short(message, 80) },
] as const;

const columns = [
  { head: 'ID', cell: ({ id }: BatchListItem) => id },
  { head: 'NAME', cell: ({ name }: BatchListItem) => oneLine(name) },
  { head: 'ROWS', align: 'right', cell: (batch: BatchListItem) => batch.row_count.toLocaleString('en') },
  { head: 'PRIORITY', align: 'right', cell: ({ priority }: BatchListItem) => String(priority) },
  { head: 'MADE', cell: ({ created_at: at }: BatchListItem) => at.slice(0, 10) },
  {
    head: '',
    cell: (batch: BatchListItem) =>
      [
        ...(batch.rehearsal ? ['rehearsal'] : []),
        ...(batch.canceled_at !== null ? ['canceled'] : batch.paused_at !== null ? ['paused'] : []),
      ].join(', '),
  },
] as const;
