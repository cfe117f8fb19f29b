import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Run } from '../../client/index.ts';
import { program } from '../again.ts';
import type { Invocation } from '../command.ts';
import { Interrupted, NotMade, UsageError } from '../exit-codes.ts';
import { short } from '../short.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

const lookMs = { first: 250, growth: 1.4, longest: 3_000 };

/** Has the server run it now; with `--wait` stays until it has ended, and fails where that was not well. */
export async function runStored(invocation: Invocation, client: Client, name: string): Promise<void> {
  const { options, output, signal } = invocation;
  const maxCredits = options.wholeNumber('max-credits');
  const rehearse = options.flag('rehearse');
  if (rehearse && maxCredits !== undefined)
    throw new UsageError('--max-credits says nothing with --rehearse: a rehearsal costs nothing.');
  let run = await client.workflows.run(
    name,
    {
      accept_drift: options.flag('accept-drift'),
      rehearse,
      ...(maxCredits === undefined ? {} : { max_credits: maxCredits }),
    },
    { signal },
  );
  if (!options.flag('wait')) {
    output.data(run);
    output.line(`${run.id} runs on the server: ${program} workflows runs ${name}`);
    return;
  }
  const progress = output.progress();
  try {
    for (let pauseMs = lookMs.first; run.finished_at === null; ) {
      progress.total(`  ${run.id} is ${run.state}`);
      await sleep(pauseMs, undefined, { signal });
      pauseMs = Math.min(lookMs.longest, pauseMs * lookMs.growth);
      run = await client.runs.get(run.id, { signal });
    }
  } catch (error) {
    if (!(signal.reason instanceof Interrupted)) throw error;
    throw new Interrupted(
      `Stopped watching. ${run.id} goes on on the server: ${program} workflows runs ${name} says what came of it, ${program} workflows cancel ${run.id} ends it.`,
    );
  } finally {
    progress.close();
  }
  printRun(invocation, run);
  if (run.state === 'failed' || run.state === 'canceled')
    throw new NotMade(run.reason?.message ?? `${run.id} was canceled.`);
}

export async function cancelRun(invocation: Invocation, client: Client, id: string): Promise<void> {
  printRun(invocation, await client.runs.cancel(id, { signal: invocation.signal }));
}

export async function listRuns({ output, signal }: Invocation, client: Client, name: string): Promise<void> {
  const { data } = await client.workflows.runs(name, { limit: 20 }, { signal });
  for (const run of data) output.data(run);
  if (data.length === 0) {
    // Says so where there is no such workflow.
    await client.workflows.get(name, { signal });
    output.note(`${name} has not run yet: ${program} workflows run ${name}`);
    return;
  }
  for (const line of table(data, columns, output.style)) output.line(line);
}

const moment = (at: string | null) => (at === null ? '' : at.slice(0, 16).replace('T', ' '));

const columns = [
  { head: 'ID', cell: ({ id }: Run) => id },
  { head: 'DUE', cell: ({ due_at: at }: Run) => (at === null ? 'by hand' : moment(at)) },
  { head: 'STATE', cell: ({ state, rehearse }: Run) => (rehearse ? `${state}, rehearsal` : state) },
  { head: 'MADE', align: 'right', cell: ({ rows }: Run) => String(rows?.made ?? '') },
  { head: 'CREDITS', align: 'right', cell: ({ credits }: Run) => credits.toLocaleString('en') },
  { head: 'WHY', cell: ({ reason }: Run) => (reason === null ? '' : short(reason.message, 60)) },
] as const;

function printRun({ output }: Invocation, run: Run): void {
  const { style } = output;
  output.data(run);
  output.line(`${style.strong(run.id)}  ${run.state}${run.rehearse ? ', a rehearsal' : ''}`);
  const say = (what: string, value: string) => output.line(`  ${style.faint(what.padEnd(10))}  ${value}`);
  const { rows, reason } = run;
  if (rows !== null)
    say(
      'rows',
      `${rows.all} in the source: ${rows.new} new, ${rows.changed} changed, ${rows.unchanged} unchanged, ${rows.invalid} invalid`,
    );
  if (rows !== null)
    say(
      'videos',
      `${rows.made} made, ${rows.failed} failed${rows.waiting > 0 ? `, ${rows.waiting} waiting` : ''}`,
    );
  say('credits', run.credits.toLocaleString('en'));
  for (const { name, written, checked, refused } of run.sinks) {
    const done = run.rehearse ? `${written} written, ${checked} tried` : `${written} written`;
    say('sink', `${name}: ${done}, ${refused} refused`);
  }
  if (reason !== null) say('why', oneLine(reason.message));
  if (reason !== null && reason.hint !== null) say('', oneLine(reason.hint));
  for (const note of run.notes) say('note', oneLine(note));
}
