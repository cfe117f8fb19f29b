import { AppError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import { askPatiently, bodyOf, shown, webUrl } from '../ask-patiently.ts';
import { expandHeaders } from '../environment.ts';
import type { SourceContext } from './source.ts';

/** How one page leads to the next. */
export interface Paging {
  /** A field that holds the next address, or `link-header`. */
  next?: string | undefined;
  page?: { parameter: string; first: number } | undefined;
  cursor?: { parameter: string; path: string } | undefined;
}

export interface PagedList extends Paging {
  url: string;
  items?: string | undefined;
  headers: Record<string, string>;
  timeout_seconds: number;
  max_pages: number;
}

const pageBytes = 64_000_000;

/** The items of each page of a list, in order. Throws an AppError where a page is not one, or leads back to itself. */
export async function* pages(
  list: PagedList,
  context: SourceContext,
  signal: AbortSignal,
): AsyncGenerator<Json[], void, undefined> {
  const headers = expandHeaders(list.headers, context);
  const asked = new Set<string>();
  let address: URL | undefined = firstPage(list);
  for (let number = 1; address !== undefined; number += 1) {
    if (number > list.max_pages)
      throw new AppError('invalid_request', `${shown(address)} has more than ${list.max_pages} pages.`, {
        hint: 'Raise max_pages, or look whether its pages ever end.',
      });
    if (asked.has(address.href))
      throw new AppError('invalid_request', `Page ${number} of ${shown(address)} was read already.`, {
        hint: 'Its pages lead in a circle: look at next, page or cursor.',
      });
    asked.add(address.href);
    const { body, link } = await readPage(address, { list, headers, context, signal });
    const items = itemsOf(body, { name: shown(address), path: list.items });
    yield items;
    address = nextPage(address, { list, body, link, isEmpty: items.length === 0, number });
  }
}

function firstPage({ url, page }: PagedList): URL {
  const first = new URL(url);
  if (page !== undefined) first.searchParams.set(page.parameter, String(page.first));
  return first;
}

async function readPage(
  address: URL,
  {
    list,
    headers,
    context,
    signal,
  }: { list: PagedList; headers: Record<string, string>; context: SourceContext; signal: AbortSignal },
): Promise<{ body: Json; link: string | null }> {
  const response = await askPatiently(
    address.href,
    {
      home: list.url,
      headers: { ...headers, accept: 'application/json' },
      timeoutMs: list.timeout_seconds * 1_000,
      signal,
    },
    context,
  );
  const name = shown(address);
  const parts: Uint8Array[] = [];
  for await (const part of bodyOf(response, { name, maxBytes: pageBytes, signal })) parts.push(part);
  try {
    const text = new TextDecoder().decode(Buffer.concat(parts));
    return { body: JSON.parse(text) as Json, link: response.headers.get('link') };
  } catch (cause) {
    throw new AppError('invalid_request', `${name} did not answer with JSON.`, { cause });
  }
}

function itemsOf(body: Json, { name, path }: { name: string; path: string | undefined }): Json[] {
  const items = at(body, path);
  if (Array.isArray(items)) return items;
  throw new AppError(
    'invalid_request',
    path === undefined ? `${name} did not answer with a list.` : `${name} has no list at "${path}".`,
    { hint: 'source.items says where the list is, such as data.products.' },
  );
}

function nextPage(
  address: URL,
  page: { list: PagedList; body: Json; link: string | null; isEmpty: boolean; number: number },
): URL | undefined {
  const { list, body, link, isEmpty, number } = page;
  if (list.next !== undefined) {
    const next = list.next === 'link-header' ? nextOfLink(link) : wordAt(body, list.next, address);
    return next === undefined ? undefined : webUrl(next, address);
  }
  if (list.page !== undefined)
    return isEmpty
      ? undefined
      : withParameter(address, list.page.parameter, String(list.page.first + number));
  if (list.cursor !== undefined) {
    const cursor = wordAt(body, list.cursor.path, address);
    return cursor === undefined ? undefined : withParameter(address, list.cursor.parameter, cursor);
  }
  return undefined;
}

function withParameter(address: URL, name: string, value: string): URL {
  const next = new URL(address);
  next.searchParams.set(name, value);
  return next;
}

/** What says that there is no further page: nothing at all, null, false or an empty text. */
function wordAt(body: Json, path: string, address: URL): string | undefined {
  const value = at(body, path);
  if (value === undefined || value === null || value === false || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new AppError('invalid_request', `${shown(address)} has no text at "${path}".`);
}

/** RFC 8288: `<https://…>; rel="next", …`. */
function nextOfLink(header: string | null): string | undefined {
  for (const [, target, parameters = ''] of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g))
    if (/;\s*rel\s*=\s*"?(?:[^";]*\s)?next(?=["\s;,]|$)/i.test(parameters)) return target;
  return undefined;
}

function at(value: Json, path: string | undefined): Json | undefined {
  let found: Json | undefined = value;
  for (const name of path === undefined ? [] : path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Array.isArray(found) ? found[Number(name)] : found[name];
  }
  return found;
}
