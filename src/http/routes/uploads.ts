import { join } from 'node:path';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { keepUpload } from '../../actions/keep-upload.ts';
import { uploadWithToken } from '../../actions/upload-with-token.ts';
import { fileSchema } from '../../contract/file.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { allowPages } from '../pages.ts';
import { presentFile } from '../present-file.ts';
import { receiveUpload } from '../receive-upload.ts';
import { identifyUploader } from '../uploader.ts';
import { json, refusals } from './answers.ts';

const bytes = z.string().openapi({ type: 'string', format: 'binary' });

/** Web pages call it with an upload token, servers with their key. */
export function uploadRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'uploadToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'kin_upload_…, from POST /v1/upload-tokens. It can upload, and nothing else.',
  });
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/files',
    summary: 'Upload an image, a video or an audio clip, to use its id as a reference',
    operationId: 'uploadFile',
    tags: ['Files'],
    description:
      'As a form with one file, or the bytes themselves as the body. Free. At most 30 MB for an image, 50 MB for a video, 15 MB for audio; the content decides what it is, not its name. Use the `id` as a reference as often as you like. A web page uses an upload token instead of a key.',
    security: [{ key: [] }, { uploadToken: [] }],
    request: {
      body: {
        required: true,
        content: {
          'multipart/form-data': { schema: z.object({ file: bytes }) },
          'application/octet-stream': { schema: bytes },
          'image/*': { schema: bytes },
          'video/*': { schema: bytes },
          'audio/*': { schema: bytes },
        },
      },
    },
    responses: { 201: json(fileSchema, 'The file.'), ...refusals },
  });
  app.use('/v1/files', allowPages({ methods: 'POST', headers: 'Authorization, Content-Type' }));
  // Not through the validator: the body is streamed to disk, never held in memory.
  app.post('/v1/files', identifyUploader(deps), async (c) => {
    const token = c.get('uploadToken');
    const row = await deps.scratch.withFolder(async (folder) => {
      const receive = () => receiveUpload(c.req.raw, join(folder, 'upload'), token?.maxBytes);
      if (token !== undefined) return uploadWithToken(deps, token, receive);
      const { accountId } = accountOf(c);
      return keepUpload(deps, { accountId, ...(await receive()) });
    });
    return c.json(presentFile(row, deps.links), 201);
  });
}
