import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { fileSchema, fileSearchSchema, foundFilesSchema } from '../../contract/file.ts';
import { AppError } from '../../domain/errors.ts';
import { goneForGood } from '../../domain/gone.ts';
import { findBundleOfFile } from '../../store/bundles.ts';
import type { Db } from '../../store/db.ts';
import { deleteFile, findFile, findFilesOfBytes } from '../../store/files.ts';
import { findTombstone } from '../../store/tombstones.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentFile } from '../present-file.ts';
import { fileAnswers, serveFile } from '../serve-file.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

export function fileRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/files/find',
      summary: 'Which contents you have uploaded already, and as which files',
      operationId: 'findFiles',
      tags: ['Files'],
      description:
        'Spares an upload: what is not in the answer is not there. Only files of your own account are found.',
      security: keyNeeded,
      request: { body: jsonBody(fileSearchSchema) },
      responses: {
        200: json(foundFilesSchema, 'Those that there are; of each content the oldest file.'),
        ...refusals,
      },
    }),
    async (c) => {
      const { accountId } = accountOf(c);
      const found = await findFilesOfBytes(deps.store, accountId, c.req.valid('json').sha256);
      const data = found.map(({ sha256, id }) => ({ sha256, file_id: id }));
      return c.json({ object: 'list' as const, data }, 200);
    },
  );

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
      if (row === undefined) throw await missing(accountOf(c).accountId, id);
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
      if (file === undefined) throw await missing(accountOf(c).accountId, id);
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
      await refuseBundled(deps.store, accountOf(c).accountId, id);
      if (!(await deleteFile(deps.store, accountOf(c).accountId, id))) throw noFile(id);
      return c.body(null, 204);
    },
  );

  async function missing(accountId: string, id: string): Promise<AppError> {
    const tombstone = await findTombstone(deps.store, id);
    return tombstone === undefined || tombstone.accountId !== accountId
      ? noFile(id)
      : goneForGood(`The file ${id}`, tombstone);
  }
}

async function refuseBundled(db: Db, accountId: string, id: string): Promise<void> {
  const bundle = await findBundleOfFile(db, accountId, id);
  if (bundle === undefined) return;
  throw new AppError(
    'invalid_state',
    `The file ${id} is part of the bundle ${bundle.name}@${bundle.version}.`,
    {
      hint: 'Versions of a bundle never change: what is made with them later needs the file.',
    },
  );
}

const noFile = (id: string) => new AppError('not_found', `There is no file ${id} in this account.`);
