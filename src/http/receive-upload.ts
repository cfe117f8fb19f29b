import { Readable } from 'node:stream';
import { maxUploadBytes } from '../actions/keep-upload.ts';
import { isStorable } from '../contract/text.ts';
import { AppError } from '../domain/errors.ts';
import { type Received, receive } from '../files/scratch.ts';
import { brokenOff, frameBytes, receiveForm } from './receive-form.ts';

const hint =
  'Send the bytes with their Content-Type, or a form: curl -F file=@photo.jpg …/v1/files, at most 50 MB.';

interface Upload {
  received: Received;
  name: string | undefined;
}

/** Streams the one file of a request to `path`: a raw body, or the one file of a multipart form. */
export async function receiveUpload(
  request: Request,
  path: string,
  maxBytes: number = maxUploadBytes,
): Promise<Upload> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes + frameBytes) throw tooLarge(maxBytes);
  if (request.body === null) throw new AppError('invalid_request', 'The request has no body.', { hint });
  const contentType = request.headers.get('content-type') ?? '';
  const upload = /^multipart\/form-data\b/i.test(contentType)
    ? await receiveOne(request, { path, maxBytes })
    : {
        received: await receive(Readable.fromWeb(request.body), path, maxBytes).catch(refuse),
        name: undefined,
      };
  if (upload.received.sizeBytes === 0) throw new AppError('invalid_request', 'The file is empty.', { hint });
  return upload;
}

async function receiveOne(
  request: Request,
  { path, maxBytes }: { path: string; maxBytes: number },
): Promise<Upload> {
  const { files } = await receiveForm(request, () => path, {
    files: 1,
    fileBytes: maxBytes,
    fields: 20,
    fieldBytes: 10_000,
    bytes: maxBytes,
    hint,
  });
  const [file] = files;
  if (file === undefined) throw new AppError('invalid_request', 'The form has no file in it.', { hint });
  return { received: file.received, name: storableName(file.name) };
}

/** A file's name as it can be kept. */
export function storableName(name: string | undefined): string | undefined {
  return name === undefined || !isStorable(name) ? undefined : name.slice(0, 255);
}

function refuse(error: unknown): never {
  throw error instanceof AppError ? error : brokenOff(error);
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('body_too_large', `The upload is larger than ${maxBytes.toLocaleString('en')} bytes.`, {
    hint,
  });
}
