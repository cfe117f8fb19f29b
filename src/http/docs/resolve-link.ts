import { posix } from 'node:path';
import type { Docs, Page } from './pages.ts';

/**
 * The way from one served path to another, such as `../prices`. Never with a host or a leading slash, so that pages
 * work behind any address and below any path of a proxy.
 */
export function wayFrom(path: string, to: string): string {
  const up = '../'.repeat(path.split('/').length - 2);
  return `${up}${to.slice(1)}` || './';
}

/**
 * Where a link of a page leads, seen from the page. Undefined for what is not served, such as a file of the
 * repository outside `docs/`.
 */
export function resolveLink(docs: Docs, page: Page, href: string): string | undefined {
  if (href.startsWith('#') || /^[a-z][a-z0-9+.-]*:/i.test(href)) return href;
  const [target = '', hash] = href.split('#', 2);
  const end = hash === undefined ? '' : `#${hash}`;
  if (target.startsWith('/')) return `${wayFrom(page.path, target)}${end}`;
  const file = posix.join(posix.dirname(page.file), target);
  const other = docs.byFile.get(file);
  if (other !== undefined) return `${wayFrom(page.path, other.path)}${end}`;
  return isServedAsset(file) ? wayFrom(page.path, `/docs/guides/${file}`) : undefined;
}

/** Pictures and schemas below `docs/` that pages show or link. */
export const isServedAsset = (file: string) =>
  !file.startsWith('..') && /^[\w][\w./-]*\.(?:jpg|png|svg|webp|json)$/.test(file) && !file.includes('..');
