import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { keepUpload, maxUploadBytes } from '../../../actions/keep-upload.ts';
import { AppError } from '../../../domain/errors.ts';
import { receive } from '../../../files/scratch.ts';
import type { Db } from '../../../store/db.ts';
import { findFile } from '../../../store/files.ts';
import {
  countUploadedBytes,
  deleteUploadParts,
  listUploadParts,
  lockUploadParts,
  putUploadPart,
  readUploadPart,
} from '../../../store/upload-parts.ts';
import type { Env, HttpDeps } from '../../env.ts';
import type { Links } from '../../links.ts';
import { allowPages } from '../../pages.ts';
import { receiveUpload } from '../../receive-upload.ts';
import { readUploadToken, type UploadRight } from '../../upload-token.ts';
import { readJsonObject } from '../read-json.ts';
import { uploadPath } from './initiate-upload.ts';

/** Clients send 10 MiB at a time. */
const maxPartBytes = 16 * 1_024 * 1_024;

/** Of all files of an account that are still coming. */
const maxOpenBytes = 4 * maxUploadBytes;

const completionSchema = z.object({
  parts: z.array(z.object({ partNumber: z.int().min(1), etag: z.string() })).min(1),
});

/** Bytes for an address that `initiateUpload` gave: it carries the right to put one file there, whole or in parts. */
export function uploadRoutes(app: Hono<Env>, deps: HttpDeps): void {
  app.use(`${uploadPath}/*`, allowPages({ methods: 'PUT, POST', headers: 'Content-Type' }));
  // Before a byte is read: nobody else makes us hold a part in memory.
  const needRight: MiddlewareHandler<Env> = async (c, next) => {
    rightOf(c, deps.links);
    await next();
  };

  app.put(`${uploadPath}/:token`, async (c) => {
    const { accountId, fileId: id, name } = rightOf(c, deps.links);
    await deps.scratch.withFolder(async (folder) => {
      const { received } = await receiveUpload(c.req.raw, join(folder, 'upload'));
      await keepUpload(deps, { accountId, id, received, name });
    });
    return c.json({});
  });

  app.put(`${uploadPath}/:token/:number{[0-9]{1,4}}`, needRight, limitPart, async (c) => {
    const { accountId, fileId } = rightOf(c, deps.links);
    const number = Number(c.req.param('number'));
    if (number < 1) throw new AppError('invalid_request', 'Parts are numbered from 1.');
    const bytes = Buffer.from(await c.req.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const part = { fileId, accountId, number, sizeBytes: bytes.length, sha256 };
    await deps.store.transaction(async (db) => {
      await lockUploadParts(db, accountId);
      const fits = await hasRoom(db, part, bytes.length);
      await putUploadPart(db, { ...part, bytes: fits ? bytes : undefined });
    });
    return c.json({ partNumber: number, etag: sha256 }, 200, { ETag: `"${sha256}"` });
  });

  app.post(`${uploadPath}/:token/complete`, needRight, limitPart, async (c) => {
    const right = rightOf(c, deps.links);
    const read = completionSchema.safeParse(await readJsonObject(c));
    if (!read.success)
      throw new AppError(
        'invalid_request',
        'The parts must be a list of { partNumber, etag }, as they were answered.',
      );
    // A client that did not hear the answer completes again.
    if ((await findFile(deps.store, right.accountId, right.fileId)) === undefined)
      await complete(deps, right, read.data.parts);
    return c.json({});
  });
}

const limitPart = bodyLimit({
  maxSize: maxPartBytes,
  onError: () => {
    throw new AppError('body_too_large', `A part has at most ${maxPartBytes.toLocaleString('en')} bytes.`);
  },
});

function rightOf(c: Context<Env>, links: Links): UploadRight {
  const right = readUploadToken(links, c.req.param('token') ?? '');
  if (right !== undefined) return right;
  throw new AppError('forbidden', 'This upload address is not valid, or no longer.', {
    hint: 'Ask for a new one with POST /fal/storage/upload/initiate; it lasts for an hour.',
  });
}

/**
 * Whether the file can still become one that is taken. Where not, its parts are counted and not kept: fal's client hides
 * what is wrong with a part, and shows what is wrong with the whole.
 */
async function hasRoom(
  db: Db,
  part: { accountId: string; fileId: string; number: number },
  bytes: number,
): Promise<boolean> {
  const { ofFile, ofAccount } = await countUploadedBytes(db, part);
  if (ofFile + bytes > maxUploadBytes) return false;
  if (ofAccount + bytes <= maxOpenBytes) return true;
  throw new AppError(
    'body_too_large',
    `More than ${maxOpenBytes.toLocaleString('en')} bytes are under way in parts.`,
    {
      hint: 'Complete the uploads that you have begun; those left alone are forgotten after two hours.',
      retryable: true,
    },
  );
}

/** Puts the named parts together, one in memory at a time. */
async function complete(
  deps: HttpDeps,
  { accountId, fileId: id, name }: UploadRight,
  named: readonly { partNumber: number; etag: string }[],
): Promise<void> {
  const come = await listUploadParts(deps.store, id);
  refuseTooLarge(come.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const wanted = [...named].sort((a, b) => a.partNumber - b.partNumber);
  for (const { partNumber, etag } of wanted)
    if (come.find(({ number }) => number === partNumber)?.sha256 !== etag.replaceAll('"', ''))
      throw new AppError('invalid_request', `Part ${partNumber} has not come with the etag that is named.`, {
        hint: 'Send the part again and name the etag that is answered.',
      });
  await deps.scratch.withFolder(async (folder) => {
    const parts = Readable.from(readAll(deps.store, id, wanted));
    const received = await receive(parts, join(folder, 'upload'), maxUploadBytes);
    await keepUpload(deps, { accountId, id, received, name });
  });
  await deleteUploadParts(deps.store, id);
}

function refuseTooLarge(bytes: number): void {
  if (bytes <= maxUploadBytes) return;
  const [given, most] = [bytes, maxUploadBytes].map((count) => count.toLocaleString('en'));
  throw new AppError(
    'body_too_large',
    `The file has ${given} bytes; the most that any reference may have is ${most}.`,
    { hint: 'Send a smaller or more compressed file.' },
  );
}

async function* readAll(
  db: Db,
  fileId: string,
  parts: readonly { partNumber: number }[],
): AsyncGenerator<Buffer> {
  for (const { partNumber } of parts) {
    const bytes = await readUploadPart(db, fileId, partNumber);
    if (bytes === undefined) throw new AppError('invalid_request', `Part ${partNumber} is gone.`);
    yield bytes;
  }
}
