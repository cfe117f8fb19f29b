import { stringify } from 'yaml';
import { fieldNamePattern } from '../../domain/template-field.ts';
import type { Guess } from './guess-columns.ts';

/** What a new workflow is about, all of it decided. */
export interface NewWorkflow {
  name: string;
  /** The fields of `source:` apart from the key. */
  source: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  key: string;
  title: string | undefined;
  photos: { column: string; separator: string } | undefined;
  prompt: string;
  durationSeconds: number;
  aspectRatio: string;
  schemaUrl: string;
  guess: Guess;
  /** Where results go back to. */
  table: string | undefined;
}

/** A workflow file to read and change: what is used, and beside it, as comments, what could be. */
export function writeWorkflow(workflow: NewWorkflow): string {
  const { name, source, key, title, photos, prompt, durationSeconds, aspectRatio, schemaUrl, guess } =
    workflow;
  const blocks = [
    [
      `# yaml-language-server: $schema=${schemaUrl}`,
      '#',
      '# One video for each row. Nothing is made before you say so:',
      '#   kinora plan    shows what would be made, why, and for how much',
      '#   kinora run     makes what is new or has changed, and nothing twice',
      '# Every field is explained in docs/workflows.md.',
    ],
    [`name: ${inline(name)}   # the same name is the same work: what it has made is not made again`],
    [
      'source:',
      ...Object.entries(source).flatMap(([field, value]) =>
        typeof value === 'string'
          ? [`  ${field}: ${inline(value)}`]
          : [`  ${field}:`, ...Object.entries(value).map(([name, text]) => `    ${name}: ${inline(text)}`)],
      ),
      `  key: ${inline(key)}   # names a row; no two rows may share a value`,
    ],
    guess.filter === undefined
      ? ['# Only rows that have exactly these values:', '# where: { in_stock: true }']
      : [`# Only rows that have exactly this value:`, `# where: { ${inline(guess.filter)}: true }`],
    [
      '# Liquid: every column is a variable. A row that lacks one is an error of that row, never a hole in the prompt.',
      `prompt: ${inline(prompt)}`,
      ...(title === undefined ? [] : [`title: ${inline(`{{ ${variable(title)} }}`)}`]),
    ],
    [
      '# What the prompt takes from a row, typed: checked before anything is made.',
      ...fieldLines(workflow).map((line) => `# ${line}`),
    ],
    photos === undefined
      ? [
          '# Pictures of each row: paths beside the table, or URLs; several as a|b|c.',
          '# photos: { column: photo_urls, take: 4, role: product }',
        ]
      : [
          '# Pictures of each row, `@Image1` first: paths beside the table, or URLs.',
          'photos:',
          `  column: ${inline(photos.column)}`,
          ...(photos.separator === '|' ? [] : [`  separator: ${inline(photos.separator)}`]),
          '  take: 4',
          '  role: product',
        ],
    [
      '# Images and sound that every video shares; or a bundle of the server, as in `bundle: brand@2`.',
      '# brand:',
      '#   - { path: brand/style.jpg, role: style }',
      '# audio:',
      '#   - { path: brand/music.m4a, role: music }',
    ],
    [
      ...(photos === undefined ? ['endpoint: text-to-video   # takes no pictures'] : []),
      `duration: ${durationSeconds}   # seconds, 4 to 15`,
      `aspect_ratio: "${aspectRatio}"   # 16:9, 9:16 or 1:1`,
      '# engine: local   # who makes them; default as the server decides',
    ],
    [
      '# Credits that it may spend; rows wait where a cap is reached, and go on when it is raised.',
      '# caps: { credits: 20000, per_day: 5000 }',
    ],
    [
      '# A person approves each video before it is live; live ones have a public address that stays the same.',
      '# review: true',
      '# publish: true',
    ],
    sinkLines(workflow),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function fieldLines({ guess, prompt }: NewWorkflow): string[] {
  const used = guess.fields.filter(({ column }) => fieldNamePattern.test(column));
  const shown = used
    .toSorted((a, b) => Number(prompt.includes(b.column)) - Number(prompt.includes(a.column)))
    .slice(0, 4);
  if (shown.length === 0) return ['fields:', '  name: { type: text, max: 80 }'];
  return [
    'fields:',
    ...shown.map(({ column, type, longest }) => {
      const max = type === 'text' ? `, max: ${Math.max(40, Math.ceil((longest * 1.5) / 20) * 20)}` : '';
      return `  ${column}: { type: ${type}${max} }`;
    }),
  ];
}

function sinkLines({ table, key, source }: NewWorkflow): string[] {
  const head = '# Where the addresses of finished videos go:';
  if (source['driver'] === 'merchant')
    return [head, '# sink:', '#   - { path: video-feed.xml }   # a supplemental feed for Merchant Center'];
  if (table === undefined) return [head, '# sink:', '#   - { path: videos.csv }'];
  return [
    head,
    '# sink:',
    '#   - driver: postgres',
    `#     url_env: ${String(source['url_env'] ?? 'DATABASE_URL')}`,
    `#     update: update ${table} set video_url = $1 where ${key.replace(/\s+/g, ' ')} = $2`,
    '#     values: [video_url, key]',
  ];
}

/** As a template reaches a column, whatever it is called. */
export const variable = (column: string) =>
  fieldNamePattern.test(column) ? column : `row[${JSON.stringify(column)}]`;

/** One scalar as YAML writes it, in quotes where it needs them. */
const inline = (text: string) => stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trim();
