import { join } from 'node:path';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { keepUpload } from '../../actions/keep-upload.ts';
import { type File, fileSchema } from '../../contract/file.ts';
import { AppError } from '../../domain/errors.ts';
import { deleteFile, type FileRow, findFile } from '../../store/files.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import type { Links } from '../links.ts';
import { receiveUpload } from '../receive-upload.ts';
import { fileAnswers, serveFile } from '../serve-file.ts';
import { json, keyNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

const bytes = z.string().openapi({ type: 'string', format: 'binary' });

export function fileRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/files',
    summary: 'Upload an image, a video or an audio clip, to use its id as a reference',
    operationId: 'uploadFile',
    tags: ['Files'],
    description:
      'As a form with one file, or the bytes themselves as the body. Free. At most 30 MB for an image, 50 MB for a video, 15 MB for audio; the content decides what it is, not its name. Use the `id` as a reference as often as you like.',
    security: keyNeeded,
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
  // Not through the validator: the body is streamed to disk, never held in memory.
  app.post('/v1/files', async (c) => {
    const { accountId } = accountOf(c);
    const row = await deps.scratch.withFolder(async (folder) => {
      const { received, name } = await receiveUpload(c.req.raw, join(folder, 'upload'));
      return keepUpload(deps, { accountId, received, name });
    });
    return c.json(presentFile(row, deps.links), 201);
  });

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/files/{id}',
      summary: 'One file, with a fresh link',
      operationId: 'getFile',
      tags: ['Files'],
      description: 'The link in `url` is signed and good for a day.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(fileSchema, 'The file.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const row = await findFile(deps.store, accountOf(c).accountId, id);
      if (row === undefined) throw noFile(id);
      return c.json(presentFile(row, deps.links), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/files/{id}/content',
      summary: 'The bytes of a file, at an address that stays the same; needs a key of its account',
      operationId: 'getFileContent',
      tags: ['Files'],
      description:
        'For programs that keep an address: it does not run out, but needs a key of the account with every call.',
      security: keyNeeded,
      request: { params },
      responses: { ...fileAnswers, ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const file = await findFile(deps.store, accountOf(c).accountId, id);
      if (file === undefined) throw noFile(id);
      return serveFile(c, deps.files, file, { name: id, download: false, crossOrigin: false });
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/files/{id}',
      summary: 'Delete a file; generations that use it already keep what they need',
      operationId: 'deleteFile',
      tags: ['Files'],
      description: 'It can be used no more. What was made with it stays.',
      security: keyNeeded,
      request: { params },
      responses: { 204: { description: 'Deleted.' }, ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      if (!(await deleteFile(deps.store, accountOf(c).accountId, id))) throw noFile(id);
      return c.body(null, 204);
    },
  );
}

function presentFile(row: FileRow, links: Links): File {
  const { facts } = row;
  return {
    id: row.id,
    object: 'file',
    kind: facts.kind,
    name: row.name,
    content_type: facts.contentType,
    size_bytes: row.sizeBytes,
    width: facts.width ?? null,
    height: facts.height ?? null,
    duration: facts.durationSeconds === undefined ? null : Number(facts.durationSeconds.toFixed(3)),
    url: links.contentUrl({ id: row.id, contentType: facts.contentType }),
    created_at: row.createdAt.toISOString(),
  };
}

const noFile = (id: string) => new AppError('not_found', `There is no file ${id} in this account.`);
