import { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { maxUploadBytes } from '../actions/keep-upload.ts';
import { AppError } from '../domain/errors.ts';
import { type Received, receive } from '../files/scratch.ts';

/** Streams the one file of a request to `path`: a raw body, or the first file of a multipart form. */
export async function receiveUpload(
  request: Request,
  path: string,
): Promise<{ received: Received; name: string | undefined }> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  // A form's frame adds a little; the file itself is measured as it arrives.
  if (declared > maxUploadBytes + 100_000) throw tooLarge();
  if (request.body === null) throw new AppError('invalid_request', 'The request has no body.', { hint });
  const body = Readable.fromWeb(request.body);
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType))
    return nonEmpty({ received: await receive(body, path, maxUploadBytes), name: undefined });
  return nonEmpty(await receiveForm(body, contentType, path));
}

const hint =
  'Send the bytes with their Content-Type, or a form: curl -F file=@photo.jpg …/v1/files, at most 50 MB.';

async function receiveForm(
  body: Readable,
  contentType: string,
  path: string,
): Promise<{ received: Received; name: string | undefined }> {
  return new Promise((resolve, reject) => {
    let file: Promise<{ received: Received; name: string | undefined }> | undefined;
    const stop = (error: unknown) => {
      body.unpipe();
      body.destroy();
      reject(error);
    };
    const form = openForm(contentType);
    if (form === undefined) {
      stop(new AppError('invalid_request', 'The multipart form has no boundary.', { hint }));
      return;
    }
    form.on('file', (_field, stream, name) => {
      if (file !== undefined) {
        stream.resume();
        return;
      }
      file = receive(stream, path, maxUploadBytes).then((received) => ({
        received,
        name: name === '' ? undefined : name.slice(0, 255),
      }));
      file.catch(stop);
    });
    form.on('error', (cause) =>
      stop(new AppError('invalid_request', 'The multipart form is broken.', { cause, hint })),
    );
    form.on('finish', () => {
      if (file === undefined) stop(new AppError('invalid_request', 'The form has no file in it.', { hint }));
      else file.then(resolve, reject);
    });
    body.on('error', (cause) =>
      reject(new AppError('invalid_request', 'The upload broke off.', { cause, retryable: true })),
    );
    body.pipe(form);
  });
}

function openForm(contentType: string): InstanceType<typeof Busboy> | undefined {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { files: 2, fields: 20, fieldSize: 10_000, parts: 22 },
    });
  } catch {
    return undefined;
  }
}

function nonEmpty<Upload extends { received: Received }>(upload: Upload): Upload {
  if (upload.received.sizeBytes === 0) throw new AppError('invalid_request', 'The file is empty.', { hint });
  return upload;
}

function tooLarge(): AppError {
  return new AppError(
    'body_too_large',
    `The upload is larger than ${maxUploadBytes.toLocaleString('en')} bytes.`,
    { hint },
  );
}
