import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { isStorable } from '../../contract/text.ts';
import { AppError } from '../../domain/errors.ts';
import { findLinkedFile } from '../../store/files.ts';
import { findPublished } from '../../store/read-records.ts';
import type { Env, HttpDeps } from '../env.ts';
import { allowPages } from '../pages.ts';
import { fileAnswers, serveFile } from '../serve-file.ts';
import { refusals } from './answers.ts';

/** Another version may be shown at any time: a minute late at most. */
const cacheControl = 'public, max-age=60, must-revalidate';

/** The live videos of published workflows, for everybody, at addresses that stay the same. */
export function publishedRecordRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.use('/r/*', allowPages({ methods: 'GET', headers: 'Range' }));
  app.openapi(
    createRoute({
      method: 'get',
      path: '/r/{public_id}/{file}',
      summary: 'The live video of a published record, or its poster',
      operationId: 'getPublishedRecord',
      tags: ['Records'],
      description:
        'For your pages: `file` is the key of the record, percent-encoded, and `.mp4` or `.jpg`. Needs no key, never expires, serves byte ranges. 404 for what is not published, 410 for what was deleted.',
      request: {
        params: z.object({
          public_id: z.string().openapi({ param: { name: 'public_id', in: 'path' } }),
          file: z.string().openapi({ param: { name: 'file', in: 'path' }, example: 'MUG-01.mp4' }),
        }),
      },
      responses: { ...fileAnswers, 410: refusals.default, ...refusals },
    }),
    async (c) => {
      const { public_id: publicId, file: name } = c.req.valid('param');
      const [, key = '', type] = /^(.+)\.(mp4|jpg)$/su.exec(name) ?? [];
      const found =
        isStorable(key) && isStorable(publicId) ? await findPublished(deps.store, publicId, key) : undefined;
      const { live = null, deleted = false } = found ?? {};
      if (live === null) throw deleted ? gone() : notShown();
      const fileId = type === 'mp4' ? live.outputFileId : live.posterFileId;
      const file = await findLinkedFile(deps.store, fileId);
      if (file === undefined) throw gone();
      const options = { name: `video.${type}`, download: false, crossOrigin: true, cacheControl };
      return serveFile(c, deps.files, file, options);
    },
  );
}

const notShown = () => new AppError('not_found', 'Nothing is published at this address.');

const gone = () =>
  new AppError('gone', 'What was shown here has been deleted.', { hint: 'Take the link out of your pages.' });
