import type { Links } from '../links.ts';

const paths = [
  /^\/v1\/content\/(file_[0-9a-z]{24})(?:\.[a-z0-9]+)?$/,
  /^\/v1\/files\/(file_[0-9a-z]{24})\/content$/,
  /^\/replicate\/v1\/files\/(file_[0-9a-z]{24})(?:\/download)?$/,
];

/**
 * References whose URL is one of our own links, as the id of that file: there is no need to fetch them, and on a
 * machine of one's own nobody could. Whose file it is, is checked where ids are. Anything else stays as it is.
 */
export function withOwnFiles(value: unknown, links: Links): unknown {
  if (Array.isArray(value)) return value.map((one) => withOwnFiles(one, links));
  if (typeof value === 'string') return ownFileId(value, links) ?? value;
  if (value === null || typeof value !== 'object') return value;
  const { url, ...rest } = value as { url?: unknown };
  const fileId = typeof url === 'string' ? ownFileId(url, links) : undefined;
  return fileId === undefined ? value : { ...rest, file_id: fileId };
}

function ownFileId(text: string, links: Links): string | undefined {
  const base = links.absolute('');
  if (!text.startsWith(`${base}/`)) return undefined;
  const [path = ''] = text.slice(base.length).split(/[?#]/);
  return paths.map((pattern) => pattern.exec(path)?.[1]).find((id) => id !== undefined);
}
