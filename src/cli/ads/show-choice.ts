import type { AdChoice } from '../../client/index.ts';
import type { Output } from '../output.ts';
import type { Style } from '../style.ts';
import { table } from '../table.ts';
import { usageBar } from '../usage-bar.ts';
import { levelName, metricWords, percent, whole } from './ad-words.ts';

/** How probable each value is the best, and which ads to show next. */
export function showChoice(choice: AdChoice, output: Output): void {
  output.data(choice);
  const { style } = output;
  const words = metricWords[choice.metric];
  output.line(`${style.strong(choice.workflow)}  ${words.name}`);
  for (const { name, letters, levels, leader, state, upside } of choice.axes) {
    output.line();
    const lines = table(
      levels,
      [
        { head: name.toUpperCase(), cell: (level) => levelName(letters, level) },
        { head: words.trials, align: 'right', cell: ({ trials }) => whole(trials) },
        {
          head: words.head,
          align: 'right',
          cell: ({ trials, successes }) => (trials === 0 ? '-' : percent(successes / trials)),
        },
        { head: 'BEST WITH', align: 'right', cell: (level) => probable(level.probability_best) },
        { head: '', cell: (level) => probabilityBar(level.probability_best, style) },
        { head: '', cell: ({ number }) => (number === leader ? stateWords(state, upside, style) : '') },
      ],
      style,
    );
    for (const line of lines) output.line(line);
  }
  output.line();
  const shares = table(
    choice.next,
    [
      { head: 'NEXT', cell: ({ code }) => code },
      { head: 'SHARE', align: 'right', cell: ({ share }) => percent(share / 10_000) },
      {
        head: words.trials,
        align: 'right',
        cell: ({ trials }) => (trials === 0 ? 'not shown yet' : whole(trials)),
      },
    ],
    style,
  );
  for (const line of shares) output.line(line);
  output.line();
  output.line(
    choice.state === 'found'
      ? style.good('Found. kinora ads winners writes the matrix to go on with.')
      : style.careful(
          'Not enough data. Show these ads by their shares, import what comes of it, and choose again.',
        ),
  );
}

/** One colour: probable is neither good nor bad. */
function probabilityBar(probability: number, style: Style): string {
  const plain = (text: string) => text;
  return usageBar(probability * 100, { ...style, good: plain, careful: plain, bad: plain });
}

function probable(probability: number): string {
  if (probability > 0 && probability < 0.01) return '< 1 %';
  return probability < 1 && probability > 0.99 ? '> 99 %' : `${Math.round(probability * 100)} %`;
}

function stateWords(state: AdChoice['axes'][number]['state'], upside: number, style: Style): string {
  switch (state) {
    case 'decided':
      return style.good('decided');
    case 'good_enough':
      return style.good(`good enough: nothing is more than ${percent(upside)} better`);
    case 'not_enough_data':
      return style.careful(`not enough data: another may be ${percent(upside)} better`);
  }
}
