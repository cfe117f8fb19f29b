import { join } from 'node:path';
import type { Context } from 'hono';
import { keepUploadOnce, maxUploadBytes } from '../../../actions/keep-upload.ts';
import { AppError } from '../../../domain/errors.ts';
import { mediaKinds } from '../../../domain/media-facts.ts';
import { requestLimits } from '../../../domain/request.ts';
import { deleteFile } from '../../../store/files.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import { accountOf } from '../../auth.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { type FormFile, receiveForm } from '../../receive-form.ts';
import { storableName } from '../../receive-upload.ts';
import { invalid } from '../../validation.ts';
import { readJsonObject } from '../read-json.ts';
import { submitTranslated } from '../translated.ts';
import { objectOfForm } from './read-form.ts';
import { readVideo, type Uploaded } from './read-video.ts';

const most = { image: requestLimits.images, video: requestLimits.videos, audio: requestLimits.audios };

const limits = {
  files: mediaKinds.reduce((sum, kind) => sum + most[kind], 0),
  fileBytes: maxUploadBytes,
  fields: 100,
  fieldBytes: 1_000_000,
  bytes: mediaKinds.reduce((sum, kind) => sum + most[kind] * requestLimits.maxBytes[kind], 0),
  hint: 'Send a form with prompt, seconds, size and the picture as input_reference.',
};

const uploadFields = ['input_reference', 'input_references', 'input_references[]'];

/** Submits what a call describes, in JSON or as a form that carries its references with it. */
export async function createVideo(c: Context<Env>, deps: HttpDeps): Promise<GenerationRow> {
  const links = deps.links.seenFrom(c.req.url);
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? ''))
    return submitTranslated(c, deps, readVideo(await readJsonObject(c), [], links));
  return deps.scratch.withFolder(async (folder) => {
    const { fields, files } = await receiveForm(c.req.raw, (index) => join(folder, String(index)), limits);
    return withUploads(c, deps, files, (uploads) =>
      submitTranslated(c, deps, readVideo(objectOfForm(fields), uploads, links)),
    );
  });
}

/** Keeps the files for `use`, and takes those that are new away again if it throws. */
async function withUploads<T>(
  c: Context<Env>,
  deps: HttpDeps,
  files: readonly FormFile[],
  use: (uploads: Uploaded[]) => Promise<T>,
): Promise<T> {
  const { accountId } = accountOf(c);
  const uploads: Uploaded[] = [];
  const fresh: string[] = [];
  try {
    for (const { field, name, received } of files) {
      if (!uploadFields.includes(field))
        throw invalid([
          {
            pointer: `/${field}`,
            code: 'invalid_request',
            message: `The file field "${field}" is unknown here.`,
          },
        ]);
      const upload = { accountId, received, name: storableName(name) };
      const { file, isNew } = await keepUploadOnce(deps, upload).catch((error: unknown) =>
        atField(error, field),
      );
      if (isNew) fresh.push(file.id);
      uploads.push({ field, kind: file.facts.kind, fileId: file.id });
    }
    return await use(uploads);
  } catch (error) {
    for (const id of fresh) await deleteFile(deps.store, accountId, id);
    throw error;
  }
}

function atField(error: unknown, field: string): never {
  if (!(error instanceof AppError) || error.faults.length > 0) throw error;
  const { code, message, hint } = error;
  throw new AppError(code, `${field}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    retryable: error.retryable,
    faults: [{ pointer: `/${field}`, code, message }],
    cause: error,
  });
}
