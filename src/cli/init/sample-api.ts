import type { Json } from '../../domain/json.ts';
import { UsageError } from '../exit-codes.ts';
import { headerFields, type Reaching, readAddress } from './read-address.ts';
import type { NewWorkflow } from './write-workflow.ts';

type Row = Record<string, Json>;

/** Fields in which APIs usually say where the next page is. */
const nextNames = [
  'next',
  'paging.next',
  'links.next',
  'pagination.next',
  'meta.next',
  'next_page',
  'next_url',
];

/**
 * The first page of a JSON API: its rows, and where of an answer they and the address of the next page are, as `source:` has
 * it. Throws a UsageError for an address that gives no list.
 */
export async function sampleApi(
  address: string,
  reaching: Reaching,
): Promise<{ rows: Row[]; source: NewWorkflow['source'] }> {
  const { body, link } = await ask(address, reaching);
  const found = listIn(body);
  if (found === undefined)
    throw new UsageError(
      `${address} answers with JSON that holds no list of objects.`,
      'Name the address that lists your products.',
    );
  const next =
    link !== null && /rel="?next"?/.test(link)
      ? 'link-header'
      : nextNames.find((name) => isNext(at(body, name)));
  return {
    rows: found.rows,
    source: {
      url: address,
      ...(found.path === '' ? {} : { items: found.path }),
      ...(next === undefined ? {} : { next }),
      ...headerFields(reaching),
    },
  };
}

async function ask(address: string, reaching: Reaching): Promise<{ body: Json; link: string | null }> {
  const { text, headers } = await readAddress(address, reaching);
  try {
    return { body: JSON.parse(text) as Json, link: headers.get('link') };
  } catch {
    throw new UsageError(
      `${address} is not JSON.`,
      'Look at it in a browser; a table goes with --source, a feed with --merchant or --shopify.',
    );
  }
}

/** The first list of objects, the answer itself or at most two fields deep. */
function listIn(body: Json, path = '', depth = 0): { path: string; rows: Row[] } | undefined {
  if (Array.isArray(body)) {
    const rows = body.filter(isObject);
    return rows.length === 0 ? undefined : { path, rows };
  }
  if (!isObject(body) || depth === 2) return undefined;
  for (const [name, value] of Object.entries(body)) {
    const found = listIn(value, path === '' ? name : `${path}.${name}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isObject = (value: Json): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function at(body: Json, path: string): Json {
  let value: Json = body;
  for (const name of path.split('.')) value = isObject(value) ? (value[name] ?? null) : null;
  return value;
}

/** An address, also a relative one; a number would be asked for in another way. */
const isNext = (value: Json) => typeof value === 'string' && /^(https?:\/\/|\/|\?)/.test(value);
