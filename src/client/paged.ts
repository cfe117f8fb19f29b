import { KinoraError } from './error.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';

interface Page<Item> {
  data: readonly Item[];
  next_cursor: string | null;
}

/** Awaited: one page. Iterated with `for await`: every entry of it and of the pages after it. */
export type Paged<P extends Page<unknown>> = Promise<P> & AsyncIterable<Awaited<P['data'][number]>>;

/** The pages at `path`, from that which `query.cursor` names. */
export function listPaged<Item, P extends Page<Item>>(
  transport: Transport,
  path: string,
  query: { cursor?: string | undefined; [name: string]: unknown },
  { signal }: { signal?: AbortSignal } = {},
): Promise<P> & AsyncIterable<Awaited<Item>> {
  const read = (cursor: string | undefined): Promise<P> =>
    transport.call({ method: 'GET', path: path + queryText({ ...query, cursor }), signal });
  const first = read(query.cursor);
  // Whoever awaits or iterates it gets the error, also if that is later; a list that nobody reads has nobody to tell.
  first.catch(() => {});
  return Object.assign(first, { [Symbol.asyncIterator]: () => entriesOf<Item>(first, read) });
}

async function* entriesOf<Item>(
  first: Promise<Page<Item>>,
  read: (cursor: string) => Promise<Page<Item>>,
): AsyncGenerator<Awaited<Item>, void> {
  let page = await first;
  for (;;) {
    yield* page.data;
    const cursor = page.next_cursor;
    if (cursor === null) return;
    page = await read(cursor);
    if (page.next_cursor === cursor)
      throw new KinoraError('unexpected_answer', `The page after "${cursor}" names itself as the next.`);
  }
}
