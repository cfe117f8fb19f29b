import type { ParkedList, VerdictBody } from '../../contract/attempt.ts';
import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { openOperator } from '../session.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

export const command: Command = {
  name: 'reconcile',
  summary: 'as the operator, decide about jobs whose provider never answered',
  usage: '[<attempt id> release | retry | follow <job id>]',
  options: {
    url: serverOptions.url,
    ...operatorOption,
  },
  examples: ['kinora reconcile', 'kinora reconcile att_… release', 'kinora reconcile att_… follow job-123'],
  async run(invocation) {
    const [attempt, decision, job, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (attempt === undefined) return list(invocation);
    const verdict = verdictOf(decision, job);
    const session = await openOperator(invocation);
    try {
      const { output, signal } = invocation;
      const decided = await session.client.parked.decide(attempt, verdict, { signal });
      output.data(decided);
      output.line(`${decided.generation_id}: ${said[verdict.decision]}`);
    } finally {
      await session.close();
    }
  },
};

const said = {
  release: 'it was never taken; its credits are given back.',
  retry: 'it was never taken; it is in line again.',
  follow: 'it was taken; it is followed from here on.',
};

function verdictOf(decision: string | undefined, job: string | undefined): VerdictBody {
  if (decision === 'release' && job === undefined) return { decision };
  if (decision === 'retry' && job === undefined) return { decision };
  if (decision === 'follow' && job !== undefined) return { decision, job_id: job };
  throw new UsageError(
    'What did you find out about it?',
    `Say release (it was never taken), retry (never taken: ask again), or follow <job id>. ${program} reconcile lists them.`,
  );
}

async function list(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const session = await openOperator(invocation);
  try {
    const parked = await session.client.parked.list({ signal });
    for (const attempt of parked) output.data(attempt);
    if (parked.length === 0) output.line('Nothing is parked.');
    else for (const line of table(parked, columns, output.style)) output.line(line);
  } finally {
    await session.close();
  }
}

type Parked = ParkedList['data'][number];

const columns = [
  { head: 'ATTEMPT', cell: ({ attempt_id }: Parked) => attempt_id },
  { head: 'ENGINE', cell: ({ engine }: Parked) => engine },
  { head: 'SINCE', cell: ({ started_at }: Parked) => started_at.slice(0, 16).replace('T', ' ') },
  { head: 'HELD', align: 'right', cell: ({ held_credits }: Parked) => held_credits.toLocaleString('en') },
  { head: 'WHAT IS KNOWN', cell: ({ message }: Parked) => oneLine(message ?? '') },
] as const;
