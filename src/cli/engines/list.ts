import type { Engine } from '../../contract/engine.ts';
import { program } from '../again.ts';
import type { Invocation } from '../command.ts';
import type { Output } from '../output.ts';
import type { Style } from '../style.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';
import { lengthOfTime, percentOf, priceOf, rateBar, stateOf } from './engine-words.ts';
import { withEngines } from './with-engines.ts';

/** Every engine in one line, and below what is wrong with any. */
export async function list(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  await withEngines(invocation, async (client) => {
    const engines = await client.engines.list({ signal });
    for (const engine of engines) output.data(engine);
    printEngines(engines, output);
  });
}

export function printEngines(
  engines: readonly Engine[],
  output: Pick<Output, 'line' | 'note' | 'style'>,
): void {
  const { style } = output;
  for (const line of engineTable(engines, style)) output.line(line);
  const troubles = engines.flatMap((engine) => troublesOf(engine, style));
  if (troubles.length > 0) output.line();
  for (const trouble of troubles) output.line(trouble);
  output.note(`\nOf the last 24 hours. ${program} engines show <name> tells all of one.`);
}

export function engineTable(engines: readonly Engine[], style: Style): string[] {
  return table(
    engines,
    [
      { head: 'ENGINE', cell: ({ name }) => style.strong(name) },
      { head: 'STATE', cell: (engine) => stateOf(engine, style) },
      { head: 'MODEL', cell: ({ model }) => model ?? '' },
      { head: 'CREDITS', align: 'right', cell: priceOf },
      { head: 'BUSY', align: 'right', cell: busyOf },
      { head: 'MADE', align: 'right', cell: ({ statistics }) => countOf(statistics.succeeded) },
      { head: 'WELL', cell: ({ statistics }) => wellOf(statistics, style) },
      { head: 'REJECTED', align: 'right', cell: ({ statistics }) => rejectedOf(statistics) },
      { head: 'MEDIAN', align: 'right', cell: ({ statistics }) => medianOf(statistics) },
    ],
    style,
  );
}

type Statistics = Engine['statistics'];

const busyOf = ({ running, slots, state }: Engine) =>
  state === 'not_set_up' ? '' : slots === null ? String(running) : `${running} / ${slots}`;

const countOf = (count: number) => (count === 0 ? '' : count.toLocaleString('en'));

const wellOf = ({ success_rate: rate }: Statistics, style: Style) =>
  rate === null ? '' : `${rateBar(rate, style)} ${percentOf(rate)}`;

const rejectedOf = ({ rejected, rejection_rate: rate }: Statistics) =>
  rejected === 0 ? '' : percentOf(rate);

const medianOf = ({ latency_p50_seconds: seconds }: Statistics) =>
  seconds === null ? '' : lengthOfTime(seconds);

function troublesOf(engine: Engine, style: Style): string[] {
  const troubles: string[] = [];
  const { name, servers, cooling_down_reason: reason, cooling_down_until: until } = engine;
  if (engine.state === 'resting' && reason !== null) {
    const seconds = until === null ? 0 : Math.max(0, (Date.parse(until) - Date.now()) / 1_000);
    troubles.push(`${style.careful(`${name} rests`)} for ${lengthOfTime(seconds)}: ${oneLine(reason)}`);
  }
  for (const { origin, state, trouble } of servers)
    if (state === 'down' && trouble !== null)
      troubles.push(`${style.bad(`${origin} is down`)}: ${oneLine(trouble)}`);
  return troubles;
}
