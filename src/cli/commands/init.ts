import { access } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { readWorkflow } from '../../batch/workflow.ts';
import { aspectRatios } from '../../domain/request.ts';
import { program } from '../again.ts';
import { askForText, canAsk } from '../ask.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { type Guess, guessColumns } from '../init/guess-columns.ts';
import { sampleAddress } from '../init/sample-address.ts';
import { sampleApi } from '../init/sample-api.ts';
import { type FeedKind, sampleFeed } from '../init/sample-feed.ts';
import { quoted, sampleFile, sampleTable } from '../init/sample-table.ts';
import { type NewWorkflow, variable, writeWorkflow } from '../init/write-workflow.ts';
import { writeAtomically } from '../write-atomically.ts';

export const command: Command = {
  name: 'init',
  summary: 'write a workflow file from a table of yours, with comments',
  usage: '[workflow file]',
  options: {
    source: {
      type: 'string',
      value: 'FILE',
      help: 'a CSV, TSV, JSON or JSONL file to begin from, or its address',
    },
    'url-env': {
      type: 'string',
      value: 'NAME',
      help: 'or a PostgreSQL database: the variable of the environment with its address',
    },
    table: { type: 'string', value: 'TABLE', help: 'with --url-env: the table or view' },
    merchant: {
      type: 'string',
      value: 'FEED',
      help: 'or a product feed for Google Merchant Center: a file or an address',
    },
    shopify: {
      type: 'string',
      value: 'SHOP',
      help: 'or a Shopify shop: its address, or a file with its products',
    },
    api: { type: 'string', value: 'URL', help: 'or the address of a JSON API that lists your products' },
    header: {
      type: 'string',
      multiple: true,
      value: 'HEADER',
      help: `with an address: what it asks for, as 'Authorization: Bearer \${SHOP_TOKEN}', where the variable has the secret`,
    },
    name: { type: 'string', value: 'NAME', help: 'of the workflow; default that of the source' },
    column: { type: 'string', value: 'COLUMN', help: 'which column names a row; guessed when absent' },
    photos: {
      type: 'string',
      value: 'COLUMN',
      help: 'which column has the pictures; guessed; none for none',
    },
    title: { type: 'string', value: 'COLUMN', help: 'which column has the name for people; guessed' },
    prompt: { type: 'string', value: 'TEXT', help: 'the prompt, as a Liquid template' },
    duration: { type: 'string', short: 'd', value: 'SECONDS', help: '4 to 15; default 5' },
    ratio: { type: 'string', value: 'RATIO', help: `${aspectRatios.join(', ')}; default 16:9` },
    yes: { type: 'boolean', help: 'take what is guessed and ask nothing' },
    force: { type: 'boolean', help: 'write over a file that is there' },
    url: { type: 'string', value: 'URL', help: 'the Kinora whose schema editors shall use' },
  },
  examples: [
    'kinora init shop.yaml --source catalogue.csv',
    'kinora init shop.yaml --shopify https://shop.example.com',
    `kinora init shop.yaml --api https://shop.example.com/products --header 'Authorization: Bearer \${SHOP_TOKEN}'`,
    'kinora init --url-env SHOP_DATABASE_URL --table product --yes',
  ],
  async run(invocation) {
    const { positionals, options, output } = invocation;
    const [file = 'workflow.yaml', ...rest] = positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (!options.flag('force') && (await exists(file)))
      throw new UsageError(
        `${file} is there already.`,
        'Choose another name, or write over it with --force.',
      );
    const begun = await begin(invocation, file);
    const decided = await decide(invocation, begun);
    const text = writeWorkflow(decided);
    readWorkflow(text, file);
    await writeAtomically(file, text);
    output.data({
      workflow: file,
      name: decided.name,
      key: decided.key,
      photos: decided.photos?.column ?? null,
    });
    output.line(`${output.style.good('✓')} ${output.style.strong(file)}   ${begun.rows} rows looked at`);
    output.line();
    for (const [what, value] of told(decided))
      output.line(`  ${output.style.faint(what.padEnd(8))} ${value}`);
    output.line();
    output.line(`Read it, change it, then: ${program} plan ${file}`);
  },
};

interface Begun {
  name: string;
  source: NewWorkflow['source'];
  table: string | undefined;
  rows: number;
  columns: string[];
  guess: Guess;
}

async function begin(invocation: Invocation, file: string): Promise<Begun> {
  const { options, env } = invocation;
  const given = ['source', 'table', 'merchant', 'shopify', 'api'].filter(
    (name) => options.text(name) !== undefined,
  );
  if (given.length > 1)
    throw new UsageError(`--${given[0]} and --${given[1]} are two sources.`, 'A workflow has one.');
  const feed = await beginFromFeed(invocation, file);
  if (feed !== undefined) return feed;
  const table = options.text('table');
  const urlEnv = options.text('url-env');
  if ((table === undefined) !== (urlEnv === undefined))
    throw new UsageError(
      '--url-env and --table belong together.',
      'As in --url-env SHOP_DATABASE_URL --table product.',
    );
  if (table !== undefined && urlEnv !== undefined) {
    const url = env[urlEnv];
    if (url === undefined || url === '')
      throw new UsageError(`The environment has no ${urlEnv}.`, `export ${urlEnv}=postgres://…`);
    const rows = await sampleTable(url, table);
    if (rows.length === 0) throw new UsageError(`The table ${table} has no rows.`);
    const source = { query: `select * from ${quoted(table)}`, url_env: urlEnv };
    return { ...about(rows), name: table.replace(/\W+/g, '-'), source, table: quoted(table) };
  }
  const path = options.text('source') ?? (await askForSource(invocation));
  if (/^https?:\/\//i.test(path)) return beginFromAddress(invocation, file, path);
  if (options.texts('header').length > 0)
    throw new UsageError('--header goes with an address.', `${path} is read as a file.`);
  const { rows, delimiter } = await sampleFile(path);
  const source = {
    path: relative(dirname(resolve(file)), resolve(path)),
    ...(delimiter === undefined || delimiter === ',' || /\.tsv$/i.test(path) ? {} : { delimiter }),
  };
  return {
    ...about(rows),
    name: basename(path)
      .replace(/\.\w+$/, '')
      .replace(/[^\w.-]+/g, '-'),
    source,
    table: undefined,
  };
}

async function beginFromFeed(invocation: Invocation, file: string): Promise<Begun | undefined> {
  for (const kind of ['merchant', 'shopify', 'api'] as const) {
    const place = invocation.options.text(kind);
    if (place !== undefined) return beginAt(invocation, file, { kind, place });
  }
  return undefined;
}

/** An address that a person has typed, with nothing said of what is there. */
function beginFromAddress(invocation: Invocation, file: string, place: string): Promise<Begun> {
  const { pathname = '', search = '' } = URL.parse(place) ?? {};
  // Spreadsheets on the web say in the query what they give.
  const isTable = /\.(csv|jsonl|ndjson)$/i.test(pathname) || /[?&](format|output)=csv\b/i.test(search);
  const kind = isTable
    ? 'table'
    : /\.(xml|tsv)$/i.test(pathname)
      ? 'merchant'
      : pathname === '/' || pathname.endsWith('/products.json')
        ? 'shopify'
        : 'api';
  return beginAt(invocation, file, { kind, place });
}

async function beginAt(
  invocation: Invocation,
  file: string,
  { kind, place }: { kind: FeedKind | 'api' | 'table'; place: string },
): Promise<Begun> {
  const { env, signal } = invocation;
  const headers = readHeaders(invocation, place);
  const reaching = { env, folder: dirname(resolve(file)), headers, signal };
  const { rows, source } =
    kind === 'api'
      ? await sampleApi(place, reaching)
      : kind === 'table'
        ? await sampleAddress(place, reaching)
        : await sampleFeed(kind, place, reaching);
  const { columns, guess, rows: count } = about(rows);
  // A feed says itself what is what.
  const known =
    kind === 'api' || kind === 'table'
      ? guess
      : {
          ...guess,
          key: 'id',
          name: 'title',
          photos: columns.includes('images') ? { column: 'images', separator: '|' } : guess.photos,
        };
  const name = (URL.parse(place)?.hostname ?? basename(place).replace(/\.\w+$/, '')).replace(
    /[^\w.-]+/g,
    '-',
  );
  return { rows: count, columns, guess: known, name, source, table: undefined };
}

/** As `source.headers` has them: variables stand in them by name, so that the file holds no secret. */
function readHeaders({ options, output }: Invocation, place: string): Record<string, string> {
  const given = options.texts('header');
  if (given.length > 0 && !/^https?:\/\//i.test(place))
    throw new UsageError('--header goes with an address.', `${place} is read as a file.`);
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([\w-]+):\s*(.*\S)\s*$/.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new UsageError('A --header has a name and a value.', "As in --header 'X-Shop: 17'.");
      if (/auth|token|key|secret|cookie/i.test(name) && !value.includes('${'))
        output.note(
          `The file will hold ${name} as you gave it. Where that is a secret, keep it in a variable: --header '${name}: \${SHOP_TOKEN}'.`,
        );
      return [name, value];
    }),
  );
}

const about = (rows: Parameters<typeof guessColumns>[0]) => ({
  rows: rows.length,
  columns: [...new Set(rows.flatMap((row) => Object.keys(row)))],
  guess: guessColumns(rows),
});

async function askForSource({ output, signal, options }: Invocation): Promise<string> {
  if (canAsk(output) && !options.flag('yes')) {
    const path = await askForText('Which file or address has the rows?', '', signal);
    if (path !== '') return path;
  }
  throw new UsageError(
    'What shall it begin from?',
    'A file with --source, a table with --url-env and --table, a feed with --merchant or --shopify, or an API with --api.',
  );
}

async function decide(
  invocation: Invocation,
  { guess, columns, name, source, table }: Begun,
): Promise<NewWorkflow> {
  const { options, output, signal } = invocation;
  const asks = canAsk(output) && !options.flag('yes');
  const choose = async (option: string, question: string, guessed: string) => {
    const given = options.text(option);
    return given ?? (asks ? askForText(question, guessed, signal) : guessed);
  };
  if (asks) output.note(`Columns: ${columns.join(', ')}`);
  const columnOf = async (option: string, question: string, guessed: string | undefined) => {
    const column = await choose(option, question, guessed ?? 'none');
    if (column === '' || column === 'none') return undefined;
    if (!columns.includes(column))
      throw new UsageError(`There is no column "${column}".`, `There are ${columns.join(', ')}.`);
    return column;
  };
  const called = await choose('name', 'What is the workflow called?', name);
  const key = await columnOf('column', 'Which column names a row?', guess.key);
  if (key === undefined)
    throw new UsageError(
      'No column names each row: none has a value of its own everywhere.',
      'Say which with --column.',
    );
  const title = await columnOf('title', 'Which column has the name for people?', guess.name);
  const pictures = await columnOf('photos', 'Which column has the pictures?', guess.photos?.column);
  const subject = title === undefined ? 'The product' : `{{ ${variable(title)} }}`;
  const prompt = await choose(
    'prompt',
    'What shall each video show?',
    `${subject} rotates slowly on a clean surface, soft studio lighting`,
  );
  const aspectRatio = await choose('ratio', `Which shape: ${aspectRatios.join(', ')}?`, '16:9');
  const duration = await choose('duration', 'How many seconds, 4 to 15?', '5');
  if (!/^\d{1,2}$/.test(duration))
    throw new UsageError(`--duration must be a whole number, not "${duration}".`);
  const base = (options.text('url') ?? invocation.env['KINORA_URL'] ?? 'http://localhost:4700').replace(
    /\/+$/,
    '',
  );
  return {
    name: called,
    source,
    key,
    title,
    photos:
      pictures === undefined
        ? undefined
        : { column: pictures, separator: pictures === guess.photos?.column ? guess.photos.separator : '|' },
    prompt,
    durationSeconds: Number(duration),
    aspectRatio,
    schemaUrl: `${base}/schemas/workflow.json`,
    guess,
    table,
  };
}

const told = ({ key, title, photos, prompt }: NewWorkflow): [string, string][] => [
  ['key', key],
  ['title', title ?? 'the key'],
  ['photos', photos === undefined ? 'none: text-to-video' : photos.column],
  ['prompt', prompt],
];

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
