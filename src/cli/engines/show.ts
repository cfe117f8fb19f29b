import type { Engine } from '../../contract/engine.ts';
import { program } from '../again.ts';
import type { Invocation } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { Style } from '../style.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';
import { lengthOfTime, lengthsOf, percentOf, stateOf } from './engine-words.ts';
import { withEngines } from './with-engines.ts';

/** Everything about one engine. */
export async function show(invocation: Invocation, name: string): Promise<void> {
  const { output, signal } = invocation;
  await withEngines(invocation, async (client) => {
    const engine = findEngine(await client.engines.list({ signal }), name);
    output.data(engine);
    printEngine(engine, output);
  });
}

function findEngine(engines: readonly Engine[], name: string): Engine {
  const engine = engines.find((one) => one.name === name);
  if (engine !== undefined) return engine;
  throw new UsageError(
    `There is no engine "${name}".`,
    `There are: ${engines.map((one) => one.name).join(', ')}. ${program} engines lists them.`,
  );
}

const labelWidth = 10;

export function printEngine(engine: Engine, { line, style }: Pick<Output, 'line' | 'style'>): void {
  const about = (label: string, ...texts: string[]) => {
    for (const [index, text] of texts.entries())
      line(`  ${style.faint((index === 0 ? label : '').padEnd(labelWidth))}${text}`);
  };
  line(`${style.strong(engine.name)}  ${stateOf(engine, style)}  ${style.faint(engine.model ?? '')}`);
  if (engine.cooling_down_reason !== null) about('rests', oneLine(engine.cooling_down_reason));
  if (engine.capabilities !== null) {
    const { capabilities } = engine;
    about('makes', capabilities.endpoints.join(', '));
    about(
      '',
      [lengthsOf(capabilities.durations), sounds[capabilities.audio], seedsOf(capabilities)].join(' · '),
    );
    about('sizes', sizesOf(capabilities));
    about('takes', ...takesOf(capabilities));
  }
  about('price', ...pricesOf(engine));
  if (engine.recovery !== null) about('lost', recoveryOf(engine.recovery));
  about('24 hours', ...statisticsOf(engine.statistics));
  about('busy', engine.slots === null ? `${engine.running}` : `${engine.running} of ${engine.slots} slots`);
  if (engine.servers.length === 0) return;
  line();
  for (const text of serverTable(engine.servers, style)) line(text);
  const down = engine.servers.filter(({ state }) => state === 'down');
  if (down.length > 0) line();
  for (const { origin, trouble } of down)
    line(`${style.bad(`${origin} is down`)}: ${oneLine(trouble ?? 'it does not answer')}`);
}

type Capabilities = NonNullable<Engine['capabilities']>;

const sounds = {
  never: 'no sound',
  wanted: 'sound if wanted',
  always: 'always with sound',
} as const satisfies Record<Capabilities['audio'], string>;

const seedsOf = ({ seeds }: Capabilities) => (seeds ? 'seeds' : 'no seeds');

const sizesOf = ({ sizes }: Capabilities) =>
  Object.entries(sizes)
    .map(([ratio, { width, height }]) => `${ratio} ${width} × ${height}`)
    .join(' · ');

const kinds = { image: 'images', video: 'videos', audio: 'sounds' } as const;

function takesOf({
  max_references: most,
  reference_limits: limits,
  adapts_references: adapts,
}: Capabilities): string[] {
  const counts = (['image', 'video', 'audio'] as const)
    .filter((kind) => most[kind] > 0)
    .map((kind) => `${most[kind]} ${most[kind] === 1 ? kinds[kind].slice(0, -1) : kinds[kind]}`);
  if (counts.length === 0) return ['no references'];
  const lines = [`${counts.join(', ')}; ${most.total} in all${adapts ? ', adapted on their way' : ''}`];
  for (const kind of ['image', 'video', 'audio'] as const) {
    const limit = limits[kind];
    if (limit === undefined || most[kind] === 0) continue;
    const parts = [
      limit.content_types?.map((type) => type.split('/')[1]).join(', '),
      limit.video_codecs?.join(', '),
      limit.seconds === undefined ? undefined : `${limit.seconds.least}–${limit.seconds.most} s`,
      limit.side_pixels === undefined
        ? undefined
        : `${limit.side_pixels.least}–${limit.side_pixels.most} px a side`,
      limit.max_bytes === undefined ? undefined : `${Math.round(limit.max_bytes / 1e6)} MB`,
    ].filter((part) => part !== undefined && part !== '');
    if (parts.length > 0) lines.push(`${kinds[kind]}: ${parts.join(' · ')}`);
  }
  return lines;
}

function pricesOf({ price }: Engine): string[] {
  if (price === null || price.lengths.length === 0) return ['none'];
  if (price.lengths.every(({ credits }) => credits === 0)) return ['free'];
  const [first, last] = [price.lengths[0], price.lengths.at(-1)];
  const shown = [first, ...price.lengths.filter(({ duration }) => [5, 10].includes(duration)), last];
  const unique = [
    ...new Map(shown.flatMap((one) => (one === undefined ? [] : [[one.duration, one]]))).values(),
  ];
  return [
    `${unique.map(({ duration, credits }) => `${duration} s ${credits.toLocaleString('en')}`).join(' · ')} credits`,
  ];
}

function recoveryOf({
  idempotency_key: key,
  look_up: lookUp,
  callback,
}: NonNullable<Engine['recovery']>): string {
  const ways = [
    ...(lookUp ? ['looked up'] : []),
    ...(key ? ['asked for again under its key'] : []),
    ...(callback ? ['told by a callback'] : []),
  ];
  return ways.length === 0
    ? 'a start without an answer waits for you'
    : `a start without an answer is ${ways.join(', or ')}`;
}

function statisticsOf(statistics: Engine['statistics']): string[] {
  const { attempts, succeeded, rejected, failed, success_rate: rate } = statistics;
  if (attempts === 0) return ['nothing has ended'];
  const lines = [
    `${succeeded.toLocaleString('en')} made, ${failed} failed (${percentOf(rate)} well), ${rejected} rejected`,
  ];
  const { latency_p50_seconds: median, latency_p95_seconds: slow } = statistics;
  if (median !== null && slow !== null)
    lines.push(`half of them within ${lengthOfTime(median)}, 95 % within ${lengthOfTime(slow)}`);
  return lines;
}

type Server = Engine['servers'][number];

export function serverTable(servers: readonly Server[], style: Style): string[] {
  const states = { ready: style.good, drained: style.careful, down: style.bad, unseen: style.faint };
  return table(
    servers,
    [
      { head: 'SERVER', cell: ({ origin }) => origin },
      { head: 'STATE', cell: ({ state }) => states[state](state) },
      { head: 'BUSY', align: 'right', cell: ({ busy, slots }) => `${busy ?? '?'} / ${slots}` },
      {
        head: 'SEEN',
        align: 'right',
        cell: ({ seen_at: at }) =>
          at === null ? '' : `${lengthOfTime(Math.max(0, (Date.now() - Date.parse(at)) / 1_000))} ago`,
      },
    ],
    style,
  );
}
