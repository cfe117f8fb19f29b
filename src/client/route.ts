import { listPaged } from './paged.ts';
import { queryText } from './query-text.ts';
import type { Call, Transport } from './transport.ts';

/** References may be fetched while a submit waits, 30 s for all of them. */
const slowMs = 90_000;

/** The call that a line of text describes; what it takes and gives is the type that its place asks for. */
export type RouteOf = <Call extends (...given: never[]) => unknown>(line: string) => Call;

interface CallOptions {
  signal?: AbortSignal;
  idempotencyKey?: string;
}

/**
 * Calls as lines of text: method, path with a `{}` for each id, and words. The call takes the ids, then what the words
 * say, then options with a `signal`:
 * - `body`: the content, sent as JSON; `query`: what follows the path.
 * - `again`: may be sent twice. `once`: carries an idempotency key, of the options or fresh, so that it is done once.
 *   Without either a POST is sent once, and whatever else again.
 * - `data`: gives the list that is in the answer. `pages`: takes a query, and gives pages.
 * - `slow`: may take longer than others.
 */
export function routesOf(transport: Transport): RouteOf {
  return <C>(line: string): C => {
    const [method, template = '', ...words] = line.split(' ');
    const is = (word: string) => words.includes(word);
    const call = (...given: unknown[]) => {
      const path = template.replace(/\{\}/g, () => encodeURIComponent(String(given.shift())));
      const json = is('body') ? (given.shift() ?? {}) : undefined;
      const query = is('query') || is('pages') ? ((given.shift() ?? {}) as object) : {};
      const options = (given[0] ?? {}) as CallOptions;
      if (is('pages')) return listPaged(transport, path, { ...query }, options);
      const answer = transport.call<{ data: unknown }>({
        method: method as Call['method'],
        path: path + queryText(query),
        json,
        idempotencyKey: is('once') ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined,
        ...(is('again') ? { repeatable: true } : {}),
        ...(is('slow') ? { timeoutMs: slowMs } : {}),
        signal: options.signal,
      });
      return is('data') ? answer.then(({ data }) => data) : answer;
    };
    return call as C;
  };
}
