import { Readable } from 'node:stream';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { FileStore } from '../files/file-store.ts';
import type { FileRow } from '../store/files.ts';
import { parseRange } from './byte-range.ts';
import type { Env } from './env.ts';

/** The bytes of a file: ranges served, cached by its id, never run by a browser as anything but media. */
export async function serveFile(
  c: Context<Env>,
  files: FileStore,
  file: FileRow,
  options: {
    name: string;
    download: boolean;
    crossOrigin: boolean;
    /** Where the address may lead to another file soon. Default: it never does. */
    cacheControl?: string;
  },
): Promise<Response> {
  const etag = `"${file.id}"`;
  const headers = {
    'Content-Type': file.facts.contentType,
    'Content-Disposition': `${options.download ? 'attachment' : 'inline'}; filename="${options.name}"`,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    // Also where nobody has asked by Origin: a browser keeps the answer, and may show it to a page that does.
    ...(options.crossOrigin ? { 'Access-Control-Allow-Origin': '*' } : {}),
    'Cross-Origin-Resource-Policy': options.crossOrigin ? 'cross-origin' : 'same-origin',
    'Cache-Control': options.cacheControl ?? 'private, max-age=3600',
    'Accept-Ranges': 'bytes',
    ETag: etag,
  };
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  // Whoever goes on with another file than this one gets all of it.
  const ifRange = c.req.header('if-range');
  const wanted = ifRange === undefined || ifRange === etag ? c.req.header('range') : undefined;
  const range = parseRange(wanted, file.sizeBytes);
  if (range === 'unsatisfiable')
    return c.body(null, 416, { ...headers, 'Content-Range': `bytes */${file.sizeBytes}` });
  const whole = { start: 0, end: file.sizeBytes - 1 };
  const { start, end } = range ?? whole;
  const status = range === undefined ? 200 : 206;
  const partial = range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${file.sizeBytes}` };
  const all = { ...headers, ...partial, 'Content-Length': String(end - start + 1) };
  if (c.req.method === 'HEAD') return c.body(null, status, all);
  const bytes = await files.read(file.sha256, { start, end });
  return c.body(Readable.toWeb(bytes) as ReadableStream, status, all);
}

const bytes = { schema: z.string().openapi({ type: 'string', format: 'binary' }) };

const media = { 'image/*': bytes, 'video/*': bytes, 'audio/*': bytes };

/** How a route that serves a file may answer. */
export const fileAnswers = {
  200: { description: 'All of it.', content: media },
  206: { description: 'The part asked for.', content: media },
  304: { description: 'You have it already.' },
  416: { description: 'No such part.' },
};
