import type { FetchOnce } from '../../../src/batch/fetch-once.ts';
import type { NastyRecord } from './nasty-records.ts';

/** One kind of source that every promise is tried with. */
export interface SourceSubject {
  name: string;
  /** The options of the source; `key` and the address are given. */
  spec: object;
  /** The records as one text, in pieces. */
  write?(records: Iterable<NastyRecord>): Iterable<string>;
  /** Whether that text is read from a disk; it is fetched otherwise. */
  isFile?: true;
  /** The records as one page of several, which says where the next one is. */
  page?(records: readonly NastyRecord[], next: string | null): object;
  /** Where the words of a record are found in a row. */
  columns: { name: string; note: string };
}

const asWritten = { name: 'name', note: 'note' };

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

const table = (delimiter: string, header: readonly string[]) =>
  function* (records: Iterable<NastyRecord>) {
    yield `\uFEFF${header.join(delimiter)}\r\n`;
    for (const { sku, name, note } of records) yield `${[sku, name, note].map(quoted).join(delimiter)}\r\n`;
  };

const list = (before: string, after: string, item: (record: NastyRecord) => object) =>
  function* (records: Iterable<NastyRecord>) {
    let comma = '';
    yield before;
    for (const record of records) {
      yield `${comma}${JSON.stringify(item(record), null, 1)}`;
      comma = ',';
    }
    yield after;
  };

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const shopifyProduct = ({ sku, name, note }: NastyRecord) => ({
  id: 1,
  title: name,
  vendor: note,
  variants: [{ id: 2, sku, title: 'Default' }],
  images: [{ id: 3, src: 'https://cdn.example/1.jpg' }],
});

export const sourceSubjects: readonly SourceSubject[] = [
  {
    name: 'csv',
    spec: { driver: 'csv', key: 'sku' },
    write: table(',', ['sku', 'name', 'note']),
    columns: asWritten,
  },
  {
    name: 'csv with semicolons',
    spec: { driver: 'csv', key: 'sku', delimiter: ';' },
    write: table(';', ['sku', 'name', 'note']),
    columns: asWritten,
  },
  {
    name: 'json',
    spec: { driver: 'json', key: 'sku' },
    write: list('[\n', '\n]\n', (record) => record),
    columns: asWritten,
  },
  {
    name: 'json in a field',
    spec: { driver: 'json', key: 'sku', items: 'data' },
    write: list(
      '{"note": "[\\"", "count": [1, {"data": 2}], "data": [',
      '], "next": null}',
      (record) => record,
    ),
    columns: asWritten,
  },
  {
    name: 'jsonl',
    spec: { driver: 'jsonl', key: 'sku' },
    *write(records) {
      for (const record of records) yield `${JSON.stringify(record)}\n`;
    },
    columns: asWritten,
  },
  { name: 'postgres', spec: { driver: 'postgres', key: 'sku' }, columns: asWritten },
  {
    name: 'http',
    spec: { driver: 'http', key: 'sku', items: 'data.items', next: 'data.next' },
    page: (records, next) => ({ data: { items: records, next } }),
    columns: asWritten,
  },
  {
    name: 'merchant xml',
    spec: { driver: 'merchant' },
    *write(records) {
      yield '<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>';
      for (const { sku, name, note } of records)
        yield `<item><g:id>${escaped(sku)}</g:id><title>${escaped(name)}</title><g:description>${escaped(note)}</g:description></item>\n`;
      yield '</channel></rss>';
    },
    columns: { name: 'title', note: 'description' },
  },
  {
    name: 'merchant tsv',
    spec: { driver: 'merchant' },
    write: table('\t', ['id', 'title', 'description']),
    columns: { name: 'title', note: 'description' },
  },
  {
    name: 'shopify export',
    spec: { driver: 'shopify', rows: 'variants', key: 'sku' },
    isFile: true,
    write: list('{"products": [', ']}', shopifyProduct),
    columns: { name: 'title', note: 'vendor' },
  },
  {
    name: 'shopify of a shop',
    spec: { driver: 'shopify', rows: 'variants', key: 'sku' },
    page: (records) => ({ products: records.map(shopifyProduct) }),
    columns: { name: 'title', note: 'vendor' },
  },
];

const pieceCharacters = 50_000;

/** Pieces of no particular length, as a network gives them. */
export function streamed(pieces: Iterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      let text = '';
      while (text.length < pieceCharacters) {
        const next = iterator.next();
        if (next.done === true) {
          if (text !== '') controller.enqueue(encoder.encode(text));
          return controller.close();
        }
        text += next.value;
      }
      controller.enqueue(encoder.encode(text));
    },
  });
}

const recordsOfPage = 250;

/** Answers with the whole text, or with one page of the records after another. */
export function serving(subject: SourceSubject, records: () => Iterable<NastyRecord>): FetchOnce {
  const { write, page } = subject;
  if (page === undefined)
    return async () => new Response(write === undefined ? '' : streamed(write(records())));
  let rest: Iterator<NastyRecord> = records()[Symbol.iterator]();
  return async (address) => {
    const number = Number(new URL(address).searchParams.get('page') ?? '1');
    if (number === 1) rest = records()[Symbol.iterator]();
    const items: NastyRecord[] = [];
    for (let next = rest.next(); next.done !== true; next = rest.next())
      if (items.push(next.value) === recordsOfPage) break;
    return Response.json(page(items, items.length < recordsOfPage ? null : `?page=${number + 1}`));
  };
}
