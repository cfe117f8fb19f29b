import type { AdReport } from '../../client/index.ts';
import type { Output } from '../output.ts';
import type { Style } from '../style.ts';
import { table } from '../table.ts';
import { levelName, metricWords, percent, signed, whole } from './ad-words.ts';

type Level = AdReport['axes'][number]['levels'][number];

/** Effects axis by axis, with a line for each interval, and what there is to know about them. */
export function showReport(report: AdReport, output: Output): void {
  output.data(report);
  const { style } = output;
  const { results, axes, metric } = report;
  const words = metricWords[metric];
  output.line(`${style.strong(report.workflow)}  ${words.name}${spanOf(report)}`);
  output.line(
    style.faint(
      [
        `${whole(results.impressions)} impressions`,
        `${whole(results.clicks)} clicks`,
        `${whole(results.conversions)} conversions`,
        ...results.spend
          .filter(({ micros }) => micros > 0)
          .map(
            ({ currency, micros }) =>
              `${currency} ${(micros / 1e6).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`,
          ),
      ].join(' · '),
    ),
  );
  const reach = reachOf(report);
  for (const { name, letters, levels } of axes) {
    output.line();
    const lines = table(
      levels,
      [
        { head: name.toUpperCase(), cell: (level) => levelName(letters, level) },
        { head: words.trials, align: 'right', cell: ({ trials }) => whole(trials) },
        { head: words.head, align: 'right', cell: ({ rate }) => (rate === null ? '-' : percent(rate)) },
        {
          head: `${Math.round(report.confidence * 100)} % INTERVAL`,
          cell: ({ interval }) =>
            interval === null ? '' : `${percent(interval.low)} to ${percent(interval.high)}`,
        },
        {
          head: report.against === 'base' ? 'OVER BASE' : 'OVER OTHERS',
          align: 'right',
          cell: ({ lift }) => (lift === null ? '' : signed(lift)),
        },
        { head: scaleOf(reach), cell: (level) => intervalLine(level, reach, style) },
        { head: '', cell: (level) => verdictWords(level, words.of, style) },
      ],
      style,
    );
    for (const line of lines) output.line(line);
  }
  output.line();
  for (const note of notesOf(report)) output.line(style.faint(note));
}

function spanOf({ results: { sources, first_day: first, last_day: last } }: AdReport): string {
  const days = first === null ? '' : ` · ${first} to ${last}`;
  return `${days}${sources.length === 0 ? '' : ` · ${sources.join(', ')}`}`;
}

const plotWidth = 21;

/** How far the plot goes to either side of no difference: as far as those that have a verdict, else as any. */
function reachOf({ axes }: AdReport): number {
  const levels = axes.flatMap((axis) => axis.levels);
  const judged = levels.filter(({ verdict }) => verdict !== 'not_enough_data');
  const shown = judged.some(({ lift }) => lift !== null) ? judged : levels;
  const ends = shown.flatMap(({ lift_interval: interval }) =>
    interval === null ? [] : [Math.abs(interval.low), Math.abs(interval.high)],
  );
  return [0.1, 0.2, 0.5, 1].find((reach) => Math.max(...ends) <= reach) ?? 1;
}

const scaleOf = (reach: number) => {
  const side = `${Math.round(reach * 100)}`;
  const left = `-${side}`;
  const right = `+${side} %`;
  return `${left}${' '.repeat(Math.max(1, plotWidth - left.length - right.length))}${right}`;
};

/** `──●──` between the ends of an interval, `┊` where there is no difference, `‹` and `›` where it goes on. */
function intervalLine(
  { lift, lift_interval: interval, verdict }: Level,
  reach: number,
  style: Style,
): string {
  const middle = (plotWidth - 1) / 2;
  const place = (value: number) => Math.round(middle + middle * Math.max(-1, Math.min(1, value / reach)));
  const signs: string[] = Array.from({ length: plotWidth }, (_, index) => (index === middle ? '┊' : ' '));
  if (lift === null || interval === null) return style.faint(signs.join(''));
  for (let at = place(interval.low); at <= place(interval.high); at++) signs[at] = '─';
  if (interval.low < -reach) signs[0] = '‹';
  if (interval.high > reach) signs[plotWidth - 1] = '›';
  if (Math.abs(lift) <= reach) signs[place(lift)] = '●';
  const paint =
    verdict === 'better'
      ? style.good
      : verdict === 'worse'
        ? style.bad
        : verdict === 'not_enough_data'
          ? style.faint
          : (text: string) => text;
  return paint(signs.join(''));
}

function verdictWords({ verdict, missing_trials: missing }: Level, of: string, style: Style): string {
  switch (verdict) {
    case 'better':
      return style.good('better');
    case 'worse':
      return style.bad('worse');
    case 'no_difference':
      return 'no difference shown';
    case 'confounded':
      return style.careful('never shown apart from another value');
    case 'base':
      return style.faint('base');
    case 'not_enough_data':
      return style.careful(
        missing === null || missing === 0
          ? 'not enough data'
          : `not enough data: ${whole(missing)} ${of} missing`,
      );
  }
}

function notesOf(report: AdReport): string[] {
  const { trials_needed: needed, comparisons, dispersion, results, metric } = report;
  const { of } = metricWords[metric];
  const others = report.against === 'base' ? 'the base' : 'the mean of the other values';
  return [
    needed === null
      ? `No ${of} yet: kinora ads import tells of some.`
      : `A verdict needs ${whole(needed)} ${of} on both sides: to find ${Math.round(report.lift * 100)} % more or less than ${others} in ${Math.round(report.power * 100)} of 100 cases.`,
    ...(comparisons > 1
      ? [
          `${comparisons} comparisons are made at once; verdicts and needs allow for that (Holm), single intervals do not.`,
        ]
      : []),
    ...(dispersion > 1.3
      ? [
          `Ads differ ${dispersion.toFixed(1)} times as much as chance and single values explain: intervals are wider for it. Values may work only together, or the audiences differ.`,
        ]
      : []),
    ...(results.left_out > 0
      ? [`${whole(results.left_out)} ${of} are of codes from before an axis was added, and are left out.`]
      : []),
  ];
}
