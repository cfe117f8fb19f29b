import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  createdUploadTokenSchema,
  newUploadTokenSchema,
  uploadTokenSchema,
  type UploadToken as WireToken,
} from '../../contract/upload-token.ts';
import { AppError } from '../../domain/errors.ts';
import {
  createUploadToken,
  findUploadToken,
  revokeUploadToken,
  type UploadToken,
  uploadsLeft,
} from '../../store/upload-tokens.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

/** What an account gives to a web page instead of its key. */
export function uploadTokenRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/upload-tokens',
      summary: 'Make a token with which a web page uploads files, for a short time',
      operationId: 'createUploadToken',
      tags: ['Files'],
      description:
        'A key never belongs into a page. Your server makes a token and hands that to the page: it can upload, in the kinds, size and number that you allow, from the origin that you name, and nothing else.',
      security: keyNeeded,
      request: { body: jsonBody(newUploadTokenSchema) },
      responses: { 201: json(createdUploadTokenSchema, 'The token and its secret.'), ...refusals },
    }),
    async (c) => {
      const { accountId, keyId } = accountOf(c);
      const body = c.req.valid('json');
      const { token, secret } = await createUploadToken(deps.store, {
        accountId,
        keyId,
        kinds: body.kinds,
        maxBytes: body.max_bytes,
        maxFiles: body.max_files,
        expiresInSeconds: body.expires_in,
        origin: body.origin,
      });
      return c.json(
        { ...present(token, []), token: secret, upload_url: deps.links.absolute('/v1/files') },
        201,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/upload-tokens/{id}',
      summary: 'An upload token, and the files that were uploaded with it',
      operationId: 'getUploadToken',
      tags: ['Files'],
      description: 'For your server, to learn the ids of what a page has uploaded.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(uploadTokenSchema, 'The token, without its secret.'), ...refusals },
    }),
    async (c) => c.json(await read(accountOf(c).accountId, c.req.valid('param').id), 200),
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/upload-tokens/{id}',
      summary: 'Revoke an upload token, at once; the files stay',
      operationId: 'revokeUploadToken',
      tags: ['Files'],
      description: 'Uploads with it are refused from now on.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(uploadTokenSchema, 'The revoked token.'), ...refusals },
    }),
    async (c) => {
      const { accountId } = accountOf(c);
      const { id } = c.req.valid('param');
      await revokeUploadToken(deps.store, accountId, id);
      return c.json(await read(accountId, id), 200);
    },
  );

  async function read(accountId: string, id: string): Promise<WireToken> {
    const found = await findUploadToken(deps.store, accountId, id);
    if (found === undefined)
      throw new AppError('not_found', `There is no upload token ${id} in this account.`);
    return present(found.token, found.fileIds);
  }
}

function present(token: UploadToken, fileIds: string[]): WireToken {
  return {
    id: token.id,
    object: 'upload_token',
    kinds: token.kinds,
    max_files: token.maxFiles,
    max_bytes: token.maxBytes,
    origin: token.origin,
    uploads_left: uploadsLeft(token),
    files: fileIds,
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt.toISOString(),
    revoked_at: token.revokedAt?.toISOString() ?? null,
  };
}
