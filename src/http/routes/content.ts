import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { AppError } from '../../domain/errors.ts';
import { goneForGood } from '../../domain/gone.ts';
import { findLinkedFile, findLinkedReference, findRevocation } from '../../store/files.ts';
import { findTombstone } from '../../store/tombstones.ts';
import type { Env, HttpDeps } from '../env.ts';
import { parseReferenceName } from '../links.ts';
import { allowPages } from '../pages.ts';
import { fileAnswers, serveFile } from '../serve-file.ts';
import { refusals } from './answers.ts';

/** Bytes behind a signed link: no key needed, ranges served, never run by a browser as anything but media. */
export function contentRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.use('/v1/content/*', allowPages({ methods: 'GET', headers: 'Range' }));
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/content/{name}',
      summary: 'The bytes behind a signed link',
      operationId: 'getContent',
      tags: ['Files'],
      description:
        'Where `output.url`, `poster_url` and the `url` of a file lead. The link is signed, good for a day, needs no key, and serves byte ranges, so that players can seek. Add `download` to have a browser save it.',
      request: {
        params: z.object({ name: z.string().openapi({ param: { name: 'name', in: 'path' } }) }),
        query: z.object({
          expires: z.string().default(''),
          signature: z.string().default(''),
          download: z.string().optional(),
        }),
      },
      responses: {
        ...fileAnswers,
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
      const reference = parseReferenceName(fileId);
      const file =
        reference === undefined
          ? await findLinkedFile(deps.store, fileId)
          : await findLinkedReference(deps.store, reference);
      if (file === undefined) throw await missing(fileId, reference);
      return serveFile(c, deps.files, file, { name, download: download !== undefined, crossOrigin: true });
    },
  );

  async function missing(name: string, reference: ReturnType<typeof parseReferenceName>): Promise<AppError> {
    // Of a job that still runs, the revocation is all there is to tell by.
    const gone =
      (await findTombstone(deps.store, name)) ??
      (reference === undefined ? undefined : await findRevocation(deps.store, reference));
    return gone === undefined
      ? new AppError('not_found', 'This file has been deleted.')
      : goneForGood('This file', gone);
  }
}
