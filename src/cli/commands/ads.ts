import { open } from 'node:fs/promises';
import { readMatrix } from '../../domain/ads/matrix.ts';
import { variantsOf } from '../../domain/ads/variants.ts';
import { levelName } from '../ads/ad-words.ts';
import { openAdsFile, openAdsWorkflow } from '../ads/ads-workflow.ts';
import { importMetrics } from '../ads/import-metrics.ts';
import { nextWorkflow } from '../ads/next-workflow.ts';
import { showChoice } from '../ads/show-choice.ts';
import { showReport } from '../ads/show-report.ts';
import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { oneOf } from '../report-options.ts';
import { openSession } from '../session.ts';
import { table } from '../table.ts';

export const command: Command = {
  name: 'ads',
  summary: 'test ad variants: their codes, how they did, what works, what to show next',
  usage: 'variants <workflow file> | import <workflow> <metrics.csv> | report | choose | winners <workflow>',
  options: {
    metric: { type: 'string', value: 'WHAT', help: 'ctr (the default), cvr or conversions, per impression' },
    source: {
      type: 'string',
      value: 'NAME',
      help: 'who counted; with import, by default the name of the file',
    },
    currency: { type: 'string', value: 'CODE', help: 'with import: of what is spent, such as EUR' },
    column: {
      type: 'string',
      multiple: true,
      value: 'FIELD=HEAD',
      help: 'with import: a column by its head, as in clicks="Link clicks"',
    },
    from: { type: 'string', value: 'DAY', help: 'results from that day on' },
    to: { type: 'string', value: 'DAY', help: 'results up to that day' },
    against: { type: 'string', value: 'WHAT', help: 'with report: base, or others' },
    lift: {
      type: 'string',
      value: 'PERCENT',
      help: 'with report: the smallest difference worth finding; 20',
    },
    confidence: { type: 'string', value: 'PERCENT', help: 'with report: of intervals and verdicts; 95' },
    size: { type: 'string', value: 'N', help: 'with choose: how many ads to name; 50' },
    model: { type: 'string', value: 'MODEL', help: 'with choose, winners: values (the default) or variants' },
    threshold: {
      type: 'string',
      value: 'PERCENT',
      help: 'with choose, winners: how probable the best must be; 95',
    },
    tolerance: {
      type: 'string',
      value: 'PERCENT',
      help: 'with choose, winners: a difference that does not matter; 5',
    },
    seed: { type: 'string', value: 'N', help: 'with choose, winners: the same seed, the same choice; 1' },
    open: { type: 'string', value: 'N', help: 'with winners: places for new values of each axis; 2' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'with winners: write the next workflow there',
    },
    ...serverOptions,
  },
  examples: [
    'kinora ads variants ads.yaml',
    'kinora ads import ads.yaml meta.csv --source meta',
    'kinora ads report ads.yaml --metric cvr --lift 30',
    'kinora ads choose ads.yaml --size 12',
    'kinora ads winners ads.yaml -o ads-2.yaml',
  ],
  async run(invocation) {
    const [verb, given, metricsFile, ...rest] = invocation.positionals;
    if (verb === undefined || !isVerb(verb))
      throw new UsageError(
        verb === undefined ? 'What shall ads do?' : `ads cannot "${verb}".`,
        `It can ${Object.keys(verbs).join(', ')}: ${program} ads --help.`,
      );
    if (given === undefined) throw new UsageError('The workflow is missing: its file, or its name.');
    const most = verb === 'import' ? rest[0] : metricsFile;
    if (most !== undefined) throw new UsageError(`"${most}" is too much.`);
    await verbs[verb](invocation, given, metricsFile);
  },
};

type Verb = (invocation: Invocation, given: string, metricsFile: string | undefined) => Promise<void>;

const verbs = {
  variants: listVariants,
  async import(invocation, given, metricsFile) {
    if (metricsFile === undefined) throw new UsageError('The file with the metrics is missing.');
    const workflow = await openAdsWorkflow(given);
    await withSession(invocation, (client) => importMetrics(invocation, client, { workflow, metricsFile }));
  },
  async report(invocation, given) {
    const { options, output, signal } = invocation;
    const { name } = await openAdsWorkflow(given);
    const query = {
      ...resultsQuery(invocation),
      ...only('against', oneOf('against', options.text('against'), ['base', 'others'] as const)),
      ...only('lift', shareOf(invocation, 'lift')),
      ...only('confidence', shareOf(invocation, 'confidence')),
    };
    await withSession(invocation, async (client) =>
      showReport(await client.ads.report(name, query, { signal }), output),
    );
  },
  async choose(invocation, given) {
    const { output, signal } = invocation;
    const { name } = await openAdsWorkflow(given);
    const query = choiceQuery(invocation);
    await withSession(invocation, async (client) =>
      showChoice(await client.ads.choose(name, query, { signal }), output),
    );
  },
  async winners(invocation, given) {
    const { options, output, signal } = invocation;
    const { name, file } = await openAdsFile(given);
    const path = options.text('output');
    const query = choiceQuery(invocation);
    await withSession(invocation, async (client) => {
      await client.ads.putMatrix(name, file.matrix, { signal });
      const choice = await client.ads.choose(name, query, { signal });
      const text = nextWorkflow(file.text, choice);
      output.data({
        object: 'ad_winners',
        workflow: name,
        state: choice.state,
        next_matrix: choice.next_matrix,
      });
      if (path === undefined) {
        for (const line of text.trimEnd().split('\n')) output.line(line);
        return;
      }
      await writeNew(path, text);
      const open = Object.values(choice.next_matrix.axes).flatMap((levels) =>
        Object.values(levels).filter((value) => value === null),
      ).length;
      const undecided = choice.axes
        .filter(({ state }) => state === 'not_enough_data')
        .map((axis) => axis.name);
      output.line(
        `${path} is written${open === 0 ? '' : `: write its ${open} new values, then ${program} plan ${path}`}.`,
      );
      if (undecided.length > 0)
        output.line(
          output.style.careful(
            `Not enough data yet for ${undecided.join(', ')}: values that may still be the best stay in.`,
          ),
        );
    });
  },
} satisfies Record<string, Verb>;

const isVerb = (text: string): text is keyof typeof verbs => Object.hasOwn(verbs, text);

async function listVariants({ output }: Invocation, path: string): Promise<void> {
  const { name, file } = await openAdsFile(path);
  const matrix = readMatrix(file.matrix);
  const variants = variantsOf(matrix);
  for (const variant of variants) output.data(variant);
  const lines = table(
    variants,
    [
      { head: 'CODE', cell: ({ code }) => code },
      ...matrix.axes.map(({ name: axis, letters }) => ({
        head: axis.toUpperCase(),
        cell: ({ levels, values }: (typeof variants)[number]) =>
          levelName(letters, { number: levels[axis] ?? 0, value: values[axis] }),
      })),
    ],
    output.style,
  );
  for (const line of lines) output.line(line);
  output.note(`${variants.length.toLocaleString('en')} variants of ${name}, ${matrix.mode}.`);
}

async function withSession(
  invocation: Invocation,
  work: (client: Awaited<ReturnType<typeof openSession>>['client']) => Promise<void>,
): Promise<void> {
  const session = await openSession(invocation);
  try {
    await work(session.client);
  } finally {
    await session.close();
  }
}

function resultsQuery({ options }: Invocation) {
  const metric = oneOf('metric', options.text('metric'), ['ctr', 'cvr', 'conversions'] as const);
  return {
    ...only('metric', metric),
    ...only('source', options.text('source')),
    ...only('from', options.text('from')),
    ...only('to', options.text('to')),
  };
}

function choiceQuery(invocation: Invocation) {
  const { options } = invocation;
  return {
    ...resultsQuery(invocation),
    ...only('model', oneOf('model', options.text('model'), ['values', 'variants'] as const)),
    ...only('threshold', shareOf(invocation, 'threshold')),
    ...only('tolerance', shareOf(invocation, 'tolerance')),
    ...only('size', options.wholeNumber('size')),
    ...only('seed', options.wholeNumber('seed')),
    ...only('open', options.wholeNumber('open')),
  };
}

/** `{ name: value }`, or nothing where there is no value. */
function only<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };
}

/** `--lift 20` is 0.2. */
function shareOf({ options }: Invocation, name: string): number | undefined {
  const given = options.text(name);
  if (given === undefined) return undefined;
  if (!/^\d{1,4}(\.\d+)?\s?%?$/.test(given))
    throw new UsageError(`--${name} must be a percentage as in 20, not "${given}".`);
  return Number.parseFloat(given) / 100;
}

/** Never over a file that is there: somebody may have written values into it. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new UsageError(`There is a file ${path} already.`, 'Choose another name, or take it away first.');
    if (error.code === 'ENOENT') throw new UsageError(`There is no folder for ${path}.`);
    throw error;
  });
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
