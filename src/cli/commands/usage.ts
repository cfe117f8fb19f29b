import type { FailureReport } from '../../contract/failures.ts';
import type { UsageGroup, UsageReport } from '../../contract/usage.ts';
import { csvLine } from '../../domain/csv-line.ts';
import { type UsageGrouping, usageGroupings } from '../../domain/usage.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import type { Output } from '../output.ts';
import { oneOf, reportFilter, reportOptions } from '../report-options.ts';
import { openOperator, openSession } from '../session.ts';
import { table } from '../table.ts';
import { fitTo, oneLine, widthOf } from '../text-width.ts';

export const command: Command = {
  name: 'usage',
  summary: 'show what was made, for how much, how fast, and what goes wrong',
  usage: '[show | failures]',
  options: {
    by: { type: 'string', value: 'WHAT', help: `${usageGroupings.join(', ')}; day by default` },
    ...reportOptions,
    all: { type: 'boolean', help: 'of all accounts (as the operator)' },
    csv: { type: 'boolean', help: 'print CSV' },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora usage',
    'kinora usage --by workflow --from 2026-11-01 --to 2026-11-30',
    'kinora usage failures --workflow shop',
    'kinora usage --by account --csv > accounts.csv',
  ],
  async run(invocation) {
    const [verb = 'show', ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb !== 'show' && verb !== 'failures')
      throw new UsageError(`usage cannot "${verb}".`, 'It can show, and failures.');
    const { options, output, signal } = invocation;
    const by = oneOf('by', options.text('by'), usageGroupings);
    const session = await (options.flag('all') || by === 'account'
      ? openOperator(invocation)
      : openSession(invocation));
    try {
      const { usage } = session.client;
      const filter = reportFilter(invocation);
      if (verb === 'failures') {
        const report = await usage.failures(filter, { signal });
        for (const group of report.groups) output.data(group);
        if (options.flag('csv')) printCsv(invocation, failureCells(report));
        else showFailures(report, output);
        return;
      }
      const report = await usage.get(
        { ...filter, ...(by === undefined ? {} : { group_by: by }) },
        { signal },
      );
      output.data(report);
      if (options.flag('csv')) printCsv(invocation, usageCells(report));
      else showUsage(report, output);
    } finally {
      await session.close();
    }
  },
};

const heads: Record<UsageGrouping, string> = {
  day: 'DAY',
  workflow: 'WORKFLOW',
  key: 'KEY',
  tag: 'TAG',
  engine: 'ENGINE',
  outcome: 'OUTCOME',
  end_user: 'END USER',
  batch: 'BATCH',
  account: 'ACCOUNT',
};

/** The widest a name may be, so that a line fits a terminal. */
const widestName = 32;

function showUsage(report: UsageReport, output: Output): void {
  output.note(`${spanOf(report)}, days of ${report.time_zone}`);
  const { total } = report;
  if (total.generations === 0) {
    output.line('Nothing was submitted then.');
    return;
  }
  const rows: UsageGroup[] = [...report.groups, { ...total, group: 'total', name: null }];
  const lines = table(rows, columnsOf(report.group_by), output.style);
  const sum = lines.pop() ?? '';
  for (const line of lines) output.line(line);
  output.line(output.style.strong(sum));
  if (report.truncated) output.note(`The ${report.groups.length} dearest are shown; the total counts all.`);
  const reasons = Object.entries(total.failures).sort(([, a], [, b]) => (b ?? 0) - (a ?? 0));
  if (reasons.length === 0) return;
  output.line();
  const why = reasons.map(([code, many]) => `${code} ${(many ?? 0).toLocaleString('en')}`).join(', ');
  output.line(`${output.style.faint('ended without a video:')} ${why}`);
}

const columnsOf = (by: UsageGrouping) =>
  [
    { head: heads[by], cell: nameOf },
    { head: 'VIDEOS', align: 'right', cell: (row: UsageGroup) => count(row.generations) },
    { head: 'DELIVERED', align: 'right', cell: (row: UsageGroup) => count(row.counts.succeeded) },
    { head: 'FAILED', align: 'right', cell: (row: UsageGroup) => count(failedOf(row)) },
    { head: 'CREDITS', align: 'right', cell: (row: UsageGroup) => count(row.credits.charged) },
    { head: 'HELD', align: 'right', cell: (row: UsageGroup) => count(row.credits.held) },
    { head: 'SECONDS', align: 'right', cell: (row: UsageGroup) => count(Math.round(row.seconds_delivered)) },
    { head: 'QUEUED p50/p95', align: 'right', cell: (row: UsageGroup) => pair(row.queue_seconds) },
    { head: 'MADE IN p50/p95', align: 'right', cell: (row: UsageGroup) => pair(row.processing_seconds) },
  ] as const;

function nameOf({ group, name }: UsageGroup): string {
  const text = group === null ? '(none)' : oneLine(name === null ? group : `${name} ${group}`);
  return widthOf(text) > widestName ? fitTo(text, widestName) : text;
}

const failedOf = ({ counts }: UsageGroup) =>
  counts.error + counts.rejected + counts.expired + counts.canceled;

const count = (value: number) => (value === 0 ? '-' : value.toLocaleString('en'));

const pair = ({ p50, p95 }: UsageGroup['queue_seconds']) =>
  p50 === null || p95 === null ? '-' : `${seconds(p50)} / ${seconds(p95)}`;

function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  return value < 7_200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3_600)} h`;
}

function showFailures(report: FailureReport, output: Output): void {
  const { style } = output;
  output.note(spanOf(report));
  if (report.groups.length === 0) output.line('Nothing failed then.');
  for (const [index, group] of report.groups.entries()) {
    if (index > 0) output.line();
    const mark = group.systematic ? style.bad('systematic') : style.faint('now and then');
    output.line(`${style.strong(`${group.engine}  ${group.code}`)}  ${mark}`);
    output.line(`  ${oneLine(group.pattern ?? '(no message)')}`);
    const saved =
      group.retried_successfully === 0
        ? ''
        : `, ${group.retried_successfully.toLocaleString('en')} made good by a retry`;
    output.line(
      `  ${group.count.toLocaleString('en')} of ${group.attempts_of_engine.toLocaleString('en')} attempts (${percent(group.share)})${saved}; ${minute(group.first_seen)} to ${minute(group.last_seen)}`,
    );
    const { concentration: most } = group;
    if (most !== null && most.dimension !== 'engine')
      output.line(
        `  most of it: ${most.dimension} ${oneLine(most.value).slice(0, 40)}, ${most.failures} of its ${most.attempts} attempts (${percent(most.share)})`,
      );
    output.line(`  ${style.faint(`see ${group.sample_generation_ids.join(', ')}`)}`);
    output.line(`  ${group.advice}`);
  }
}

const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

const minute = (at: string) => at.slice(0, 16).replace('T', ' ');

const spanOf = ({ from, to }: { from: string; to: string }) => `${minute(from)} to ${minute(to)} UTC`;

type Cells = (string | number | boolean | null)[][];

/** As text of the result: with --json the objects are printed instead. */
function printCsv({ output }: Pick<Invocation, 'output'>, rows: Cells): void {
  for (const row of rows) output.line(csvLine(row).slice(0, -1));
}

function usageCells({ group_by, groups }: UsageReport): Cells {
  const head = [
    ...[group_by, 'name', 'generations', 'delivered', 'error', 'rejected', 'expired', 'canceled', 'waiting'],
    ...['processing', 'credits_charged', 'credits_held', 'credits_refunded', 'seconds_delivered'],
    ...['queue_p50', 'queue_p95', 'processing_p50', 'processing_p95'],
  ];
  const rows = groups.map((row) => [
    ...[row.group, row.name, row.generations, row.counts.succeeded, row.counts.error, row.counts.rejected],
    ...[row.counts.expired, row.counts.canceled, row.counts.waiting, row.counts.processing],
    ...[row.credits.charged, row.credits.held, row.credits.refunded, row.seconds_delivered],
    ...[row.queue_seconds.p50, row.queue_seconds.p95, row.processing_seconds.p50, row.processing_seconds.p95],
  ]);
  return [head, ...rows];
}

function failureCells({ groups }: FailureReport): Cells {
  const head = [
    ...['engine', 'code', 'pattern', 'count', 'share', 'retried_successfully', 'first_seen', 'last_seen'],
    ...['systematic', 'concentrates_on', 'value', 'samples', 'advice'],
  ];
  const rows = groups.map((row) => [
    ...[row.engine, row.code, row.pattern, row.count, row.share, row.retried_successfully, row.first_seen],
    ...[
      row.last_seen,
      row.systematic,
      row.concentration?.dimension ?? null,
      row.concentration?.value ?? null,
    ],
    ...[row.sample_generation_ids.join(' '), row.advice],
  ]);
  return [head, ...rows];
}
