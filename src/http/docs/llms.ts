import { codePages } from './code-pages.ts';
import type { Docs, Page } from './pages.ts';

const about = [
  '# Kinora',
  '',
  '> Kinora is the production layer for programmatic multi-modal video. It serves the Seedance 2.0 Reference API',
  '> (`bytedance/seedance-2.0/reference-to-video`: a prompt with up to 9 images, 3 videos and 3 audio clips becomes one',
  '> video of 4 to 15 seconds, 720p, with sound) from your own machine, with credits, idempotency, batches and receipts.',
  '',
];

/** `llms.txt` as llmstxt.org describes it: what there is, one line each, every link to Markdown. */
export function llmsIndex({ sections }: Docs, absolute: (path: string) => string): string {
  const line = ({ label, path, summary }: Page) =>
    `- [${label}](${absolute(`${path}.md`)}): ${shortened(summary)}`;
  return [
    ...about,
    'Calls are JSON over HTTP with `Authorization: Bearer kin_live_…`. Submit with an `Idempotency-Key`, then poll',
    '`GET /v1/generations/{id}` until `status` is `complete` or `failed`. Branch on `code` of an error, never on its text.',
    '',
    '## API',
    '',
    `- [OpenAPI 3.1 document](${absolute('/openapi.json')}): every route, with schemas, examples and errors`,
    '',
    ...sections.flatMap(({ title, pages }) => [`## ${title}`, '', ...pages.map(line), '']),
    '## Optional',
    '',
    `- [All of the above in one file](${absolute('/llms-full.txt')}): for whoever reads everything`,
    ...codePages().map(
      ({ label }) => `- [${label}](${absolute(`/docs/errors/${label}.md`)}): what this code means`,
    ),
    '',
  ].join('\n');
}

/** Every page one after the other. */
export function llmsFull({ sections }: Docs): string {
  const pages = sections.flatMap((section) => section.pages);
  const codes = codePages().map(({ markdown }) => markdown);
  return [about.join('\n'), ...pages.map(({ markdown }) => markdown.trim()), ...codes].join('\n\n---\n\n');
}

const longest = 220;

function shortened(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, text.lastIndexOf(' ', longest))} …`;
}
