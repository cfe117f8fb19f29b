import { AppError } from '../../../domain/errors.ts';
import type { Links } from '../../links.ts';
import type { Addressed, Surface } from './read-call.ts';

/** Our paths, the longest first: fal's hosts lie beside each other below `/fal`, and its queue at the root too. */
const places: readonly { prefix: string; surface: Surface; keep: string }[] = [
  { prefix: '/fal/run/', surface: 'run', keep: '/' },
  { prefix: '/fal/storage/', surface: 'rest', keep: '/storage/' },
  { prefix: '/fal/', surface: 'queue', keep: '/' },
  { prefix: '/', surface: 'queue', keep: '/' },
];

const hosts: Readonly<Record<string, Surface>> = {
  'queue.fal.run': 'queue',
  'queue.falrun.com': 'queue',
  'fal.run': 'run',
  'falrun.com': 'run',
  'rest.fal.ai': 'rest',
  'rest.alpha.fal.ai': 'rest',
};

/** Which of fal's hosts a path of ours stands for. */
export function locate(method: string, url: URL): Addressed {
  const place = places.find(({ prefix }) => url.pathname.startsWith(prefix));
  const { prefix = '/', surface = 'queue', keep = '/' } = place ?? {};
  return { surface, method, path: keep + url.pathname.slice(prefix.length), query: url.searchParams };
}

/**
 * Where a call of the proxy route is meant to go: fal's own address, or ours if the client has rewritten it. Nothing is
 * ever fetched from it. Throws an AppError for any other.
 */
export function locateTarget(method: string, target: string | undefined, links: Links): Addressed {
  if (target === undefined)
    throw new AppError('invalid_request', 'The header x-fal-target-url is missing.', {
      hint: 'This route is for fal clients: set proxyUrl to it, as docs/clients.md shows.',
    });
  const url = URL.parse(target);
  const surface = url === null ? undefined : hosts[url.host];
  if (url !== null && surface !== undefined)
    return { surface, method, path: url.pathname, query: url.searchParams };
  if (url !== null && url.origin === new URL(links.absolute('/')).origin) return locate(method, url);
  throw new AppError(
    'invalid_request',
    `The header x-fal-target-url, ${target.slice(0, 200)}, names no address of fal's API.`,
    { hint: `Possible are ${Object.keys(hosts).join(', ')}.` },
  );
}
