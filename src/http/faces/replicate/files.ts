import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context, Hono } from 'hono';
import { keepUpload, maxUploadBytes } from '../../../actions/keep-upload.ts';
import { metadataSchema } from '../../../contract/text.ts';
import { AppError } from '../../../domain/errors.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { deleteFile, type FileRow, findFile } from '../../../store/files.ts';
import { accountOf } from '../../auth.ts';
import type { Env, HttpDeps } from '../../env.ts';
import type { Links } from '../../links.ts';
import { type Form, receiveForm } from '../../receive-form.ts';
import { storableName } from '../../receive-upload.ts';
import { serveFile } from '../../serve-file.ts';

export const filesPath = '/replicate/v1/files';

const limits = {
  files: 2,
  fileBytes: maxUploadBytes,
  fields: 10,
  fieldBytes: 20_000,
  bytes: maxUploadBytes,
  hint: 'Send a form with the file as "content", and what you note on it as JSON in "metadata".',
};

/** Files: kept, read, downloaded, deleted. */
export function fileRoutes(app: Hono<Env>, deps: HttpDeps): void {
  app.post(filesPath, async (c) => {
    const { accountId } = accountOf(c);
    const row = await deps.scratch.withFolder(async (folder) => {
      const form = await receiveForm(c.req.raw, (index) => join(folder, String(index)), limits);
      const content = form.files.find(({ field }) => field === 'content');
      if (content === undefined)
        throw new AppError('invalid_request', 'The form has no file "content" in it.', { hint: limits.hint });
      const { received, name } = content;
      const metadata = await metadataOf(form);
      return keepUpload(deps, { accountId, received, name: storableName(name), metadata });
    });
    return c.json(presentFile(row, deps.links.seenFrom(c.req.url)), 201);
  });

  app.get(`${filesPath}/:id`, async (c) =>
    c.json(presentFile(await find(c, deps), deps.links.seenFrom(c.req.url))),
  );

  app.get(`${filesPath}/:id/download`, async (c) => {
    const file = await find(c, deps);
    return serveFile(c, deps.files, file, { name: file.id, download: true, crossOrigin: false });
  });

  app.delete(`${filesPath}/:id`, async (c) => {
    const { id } = await find(c, deps);
    await deleteFile(deps.store, accountOf(c).accountId, id);
    return c.body(null, 204);
  });
}

async function find(c: Context<Env>, deps: HttpDeps): Promise<FileRow> {
  const id = c.req.param('id') ?? '';
  const file = await findFile(deps.store, accountOf(c).accountId, id);
  if (file === undefined)
    throw new AppError('not_found', `There is no file ${id.slice(0, 60)} in this account.`);
  return file;
}

/** Its own client sends it as a file, others as a field. */
async function metadataOf({ fields, files }: Form): Promise<JsonObject> {
  const file = files.find(({ field }) => field === 'metadata');
  if (file !== undefined && file.received.sizeBytes > limits.fieldBytes)
    throw new AppError('body_too_large', `metadata has more than ${limits.fieldBytes} bytes.`);
  const text =
    file === undefined
      ? fields.find(([name]) => name === 'metadata')?.[1]
      : await readFile(file.received.path, 'utf8');
  if (text === undefined || text === '') return {};
  const read = metadataSchema.safeParse(parse(text));
  if (read.success) return read.data;
  throw new AppError('invalid_request', 'metadata must be a JSON object of at most 16 KB.', {
    hint: limits.hint,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function presentFile(row: FileRow, links: Links) {
  return {
    id: row.id,
    name: row.name ?? row.id,
    content_type: row.facts.contentType,
    size: row.sizeBytes,
    checksums: { sha256: row.sha256 },
    metadata: row.metadata,
    created_at: row.createdAt.toISOString(),
    // Kept until it is deleted.
    expires_at: null,
    urls: { get: links.absolute(`${filesPath}/${row.id}`) },
  };
}
