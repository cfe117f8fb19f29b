import type { WorkflowDetail } from '../../client/index.ts';
import type { Output } from '../output.ts';
import { short } from '../short.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

/** How often what was made is kept, and what an accepted clip has cost; by template, bundle and engine. */
export function printKeepers(output: Output, workflow: WorkflowDetail): void {
  const { style } = output;
  output.data(workflow);
  const { keeper, rejections, records } = workflow;
  output.line(`${style.strong(oneLine(workflow.name))}  ${style.faint(workflow.id)}`);
  const count = (value: number) => value.toLocaleString('en');
  const states = Object.entries(records)
    .filter(([, n]) => n > 0)
    .map(([state, n]) => `${count(n)} ${state}`);
  const facts: [string, string][] = [
    ['records', states.join(', ') || 'none'],
    ['review', workflow.review ? `on, ${count(workflow.awaiting_review)} waiting for it` : 'off'],
    ['published', workflow.published ? 'yes' : 'no'],
    ['rejected', rejections.map(({ reason, versions }) => `${versions} ${reason}`).join(', ') || 'none'],
  ];
  for (const [name, value] of facts) output.line(`  ${style.faint(name.padEnd(9))}  ${value}`);
  output.line();
  const groups = [
    { what: 'all', name: '', ...keeper },
    ...named('template', workflow.by_template),
    ...named('bundle', workflow.by_bundle),
    ...named('engine', workflow.by_engine),
  ];
  const lines = table(
    groups,
    [
      { head: 'OF', cell: ({ what, name }) => (name === '' ? style.strong(what) : `${what} ${name}`) },
      { head: 'MADE', align: 'right', cell: ({ made }) => count(made) },
      { head: 'APPROVED', align: 'right', cell: ({ approved }) => count(approved) },
      { head: 'REJECTED', align: 'right', cell: ({ rejected }) => count(rejected) },
      { head: 'KEPT', align: 'right', cell: ({ keeper_rate: rate }) => percent(rate) },
      { head: 'CREDITS', align: 'right', cell: ({ credits }) => count(credits) },
      {
        head: 'CREDITS EACH KEPT',
        align: 'right',
        cell: ({ credits_per_accepted: each }) => (each === null ? '-' : count(each)),
      },
    ],
    style,
  );
  for (const line of lines) output.line(`  ${line}`);
}

const named = (what: string, groups: WorkflowDetail['by_template']) =>
  groups.map((group) => ({ ...group, what, name: group.name === null ? '(none)' : short(group.name, 32) }));

const percent = (rate: number | null) => (rate === null ? '-' : `${(rate * 100).toFixed(0)} %`);
