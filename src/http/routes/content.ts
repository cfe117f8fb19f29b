import { Readable } from 'node:stream';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { AppError } from '../../domain/errors.ts';
import { findLinkedFile } from '../../store/files.ts';
import { parseRange } from '../byte-range.ts';
import type { Env, HttpDeps } from '../env.ts';
import { refusals } from './answers.ts';

/** Bytes behind a signed link: no key needed, ranges served, never run by a browser as anything but media. */
export function contentRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/content/{name}',
      summary: 'The bytes behind a signed link',
      request: {
        params: z.object({ name: z.string().openapi({ param: { name: 'name', in: 'path' } }) }),
        query: z.object({
          expires: z.string().default(''),
          signature: z.string().default(''),
          download: z.string().optional(),
        }),
      },
      responses: {
        200: { description: 'All of it.', content: { 'video/mp4': { schema: z.string() } } },
        206: { description: 'The part asked for.', content: { 'video/mp4': { schema: z.string() } } },
        304: { description: 'You have it already.' },
        416: { description: 'No such part.' },
        ...refusals,
      },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const { expires, signature, download } = c.req.valid('query');
      const fileId = name.replace(/\.[a-z0-9]+$/, '');
      if (!deps.links.isValid({ fileId, expires, signature }))
        throw new AppError('forbidden', 'This link is not valid, or no longer.', {
          hint: 'Ask for the generation or the file again; the answer holds a fresh link.',
        });
      const file = await findLinkedFile(deps.store, fileId);
      if (file === undefined) throw new AppError('not_found', 'This file has been deleted.');
      const etag = `"${fileId}"`;
      const headers = {
        'Content-Type': file.facts.contentType,
        'Content-Disposition': `${download === undefined ? 'inline' : 'attachment'}; filename="${name}"`,
        'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cache-Control': 'private, max-age=3600',
        'Accept-Ranges': 'bytes',
        ETag: etag,
      };
      if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
      const range = parseRange(c.req.header('range'), file.sizeBytes);
      if (range === 'unsatisfiable')
        return c.body(null, 416, { ...headers, 'Content-Range': `bytes */${file.sizeBytes}` });
      const whole = { start: 0, end: file.sizeBytes - 1 };
      const { start, end } = range ?? whole;
      const status = range === undefined ? 200 : 206;
      const partial =
        range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${file.sizeBytes}` };
      const all = { ...headers, ...partial, 'Content-Length': String(end - start + 1) };
      if (c.req.method === 'HEAD') return c.body(null, status, all);
      const bytes = await deps.files.read(file.sha256, { start, end });
      return c.body(Readable.toWeb(bytes) as ReadableStream, status, all);
    },
  );
}
