import { z } from 'zod';
import type { Json } from '../../domain/json.ts';
import { pathIn } from '../files.ts';
import { flag, text } from '../spec-fields.ts';
import { asRehearsal, rehearsalPath, replaceFile } from './replace-file.ts';
import { admitted, type MadeResult, madeOnly, type OpenReport, openReport } from './report.ts';
import { columnOf } from './result-fields.ts';
import type { Sink, SinkContext } from './sink.ts';

/** A feed for Google Merchant Center that gives every product its video. */
export const merchantSinkSpec = z.strictObject({
  driver: z.literal('merchant'),
  path: text('path').regex(/\.(xml|tsv)$/i, { error: 'path must end in .xml or .tsv.' }),
  /** Columns of the source that are written as attributes of their name; none makes a supplemental feed. */
  attributes: z
    .array(
      z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, { error: 'attributes must be names such as image_link.' }),
    )
    .default([]),
  allow_local: flag('allow_local'),
});

type MerchantSinkSpec = z.infer<typeof merchantSinkSpec>;

/** What Merchant Center takes as a video_link. */
const longestLink = 2_000;

/** Of IPTC, as Google writes it in the attributes that have it; for videos it has none, so this one is ours. */
const digitalSourceType = 'trained_algorithmic_media';

export function merchantSink(spec: MerchantSinkSpec, { folder }: SinkContext): Sink {
  return {
    name: spec.path,
    isWhole: true,
    async write(results, signal) {
      const report = openReport();
      const { isRehearsal, all } = await asRehearsal(
        admitted(results, { report, allowLocal: spec.allow_local, signal }),
      );
      const path = pathIn(folder, isRehearsal ? rehearsalPath(spec.path) : spec.path);
      const products = productsOf(madeOnly(all, report), spec, report);
      await replaceFile(
        path,
        spec.path.toLowerCase().endsWith('.xml') ? asXml(products) : asTsv(products, spec),
        signal,
      );
      return report.close();
    },
  };
}

interface Product {
  id: string;
  videoLink: string;
  rehearsal: boolean;
  attributes: [string, Json][];
}

async function* productsOf(
  results: AsyncIterable<MadeResult>,
  spec: MerchantSinkSpec,
  report: OpenReport,
): AsyncGenerator<Product, void, undefined> {
  const names = attributesOf(spec);
  for await (const result of results) {
    // A comma would begin another address.
    const videoLink = new URL(result.video_url).href.replaceAll(',', '%2C');
    const attributes = names.map((name): [string, Json] => [name, columnOf(result, name)]);
    const nested = attributes.find(([, value]) =>
      [value].flat().some((part) => typeof part === 'object' && part !== null),
    );
    if (videoLink.length > longestLink)
      report.refuse(
        result.key,
        `its video has an address of ${videoLink.length} characters; ${longestLink} is the most.`,
      );
    else if (nested !== undefined && spec.path.toLowerCase().endsWith('.tsv'))
      report.refuse(result.key, `its "${nested[0]}" has parts, which a .tsv cannot hold. Write .xml.`);
    else {
      report.written();
      yield { id: result.key, videoLink, rehearsal: result.rehearsal, attributes };
    }
  }
}

/** These are written anyway. */
const attributesOf = ({ attributes }: MerchantSinkSpec) =>
  attributes.filter((name) => name !== 'id' && name !== 'video_link');

async function* asXml(products: AsyncIterable<Product>): AsyncGenerator<string, void, undefined> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0" xmlns:c="http://base.google.com/cns/1.0">\n<channel>\n<title>Product videos</title>\n';
  for await (const { id, videoLink, rehearsal, attributes } of products) {
    const lines = [
      ['g:id', id] as const,
      ...attributes.map(([name, value]) => [`g:${name}`, value] as const),
      ['g:video_link', videoLink] as const,
    ].map(([name, value]) => elements(name, value));
    const label = `<c:video_digital_source_type type="string">${digitalSourceType}</c:video_digital_source_type>`;
    const mark = `<c:rehearsal type="boolean">${rehearsal}</c:rehearsal>`;
    yield `<item>\n${lines.join('')}${label}\n${mark}\n</item>\n`;
  }
  yield '</channel>\n</rss>\n';
}

/** A list as elements of one name; an object as one with elements inside. */
function elements(name: string, value: Json): string {
  if (value === null || value === '') return '';
  if (Array.isArray(value)) return value.map((part) => elements(name, part)).join('');
  const inside =
    typeof value === 'object'
      ? Object.entries(value)
          .filter(([part]) => /^[a-z][a-z0-9_]*$/.test(part))
          .map(([part, inner]) => elements(`g:${part}`, inner))
          .join('')
      : escapeXml(String(value));
  return `<${name}>${inside}</${name}>\n`;
}

/** Signs that XML has no way to write are left out. */
function escapeXml(text: string): string {
  const writable = text.toWellFormed().replaceAll(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
  return writable
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

async function* asTsv(
  products: AsyncIterable<Product>,
  spec: MerchantSinkSpec,
): AsyncGenerator<string, void, undefined> {
  yield tsvLine(['id', ...attributesOf(spec), 'video_link', 'video_digital_source_type', 'rehearsal']);
  for await (const { id, videoLink, rehearsal, attributes } of products)
    yield tsvLine([
      id,
      ...attributes.map(([, value]) => (Array.isArray(value) ? value.join(',') : (value ?? ''))),
      videoLink,
      digitalSourceType,
      rehearsal,
    ]);
}

const tsvLine = (cells: readonly Json[]) => `${cells.map((cell) => tsvCell(String(cell))).join('\t')}\n`;

/** A cell has one line here, and is no formula. */
function tsvCell(text: string): string {
  const line = text.replaceAll(/[\t\r\n]+/g, ' ');
  const harmless = /^[=+\-@＝＋－＠]/.test(line) ? `'${line}` : line;
  return harmless.includes('"') ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
