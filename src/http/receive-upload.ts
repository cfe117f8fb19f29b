import { Readable, Transform } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { maxUploadBytes } from '../actions/keep-upload.ts';
import { isStorable } from '../contract/text.ts';
import { AppError } from '../domain/errors.ts';
import { type Received, receive } from '../files/scratch.ts';

const hint =
  'Send the bytes with their Content-Type, or a form: curl -F file=@photo.jpg …/v1/files, at most 50 MB.';

/** What a form may add around its file. */
const frameBytes = 100_000;

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
  const body = Readable.fromWeb(request.body);
  const upload = /^multipart\/form-data\b/i.test(contentType)
    ? await receiveForm(body, contentType, { path, maxBytes })
    : { received: await receive(body, path, maxBytes).catch(refuse), name: undefined };
  if (upload.received.sizeBytes === 0) throw new AppError('invalid_request', 'The file is empty.', { hint });
  return upload;
}

/** Ends with everything it opened closed, however the form ends: whole, broken, too large or cut off. */
async function receiveForm(
  body: Readable,
  contentType: string,
  { path, maxBytes }: { path: string; maxBytes: number },
): Promise<Upload> {
  const form = openForm(contentType);
  let upload: Promise<Upload> | undefined;
  let fault: AppError | undefined;
  const stop = (error: AppError) => {
    fault ??= error;
    body.destroy();
    form.destroy();
  };
  form.on('file', (_field, stream, name) => {
    if (upload !== undefined) {
      stream.resume();
      stop(new AppError('invalid_request', 'The form has more than one file in it.', { hint }));
      return;
    }
    // A form that is destroyed leaves its file streams open.
    form.on('close', () => {
      if (!stream.readableEnded) stream.destroy(new Error('the form broke off'));
    });
    upload = receive(stream, path, maxBytes).then((received) => ({ received, name: nameOf(name) }));
    upload.catch((error) => stop(error instanceof AppError ? error : brokenOff(error)));
  });
  await new Promise<void>((resolve) => {
    const meter = limitTo(maxBytes);
    meter.on('error', (error) => stop(error instanceof AppError ? error : brokenOff(error)));
    form.on('error', (cause) =>
      stop(new AppError('invalid_request', 'The multipart form is broken.', { cause, hint })),
    );
    body.on('error', (error) => stop(brokenOff(error)));
    form.on('finish', resolve);
    form.on('close', resolve);
    body.pipe(meter).pipe(form);
  });
  const settled = await upload?.then(
    (value) => value,
    () => undefined,
  );
  if (fault !== undefined) throw fault;
  if (settled === undefined) throw new AppError('invalid_request', 'The form has no file in it.', { hint });
  return settled;
}

function openForm(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { files: 2, fields: 20, fieldSize: 10_000, parts: 22 },
    });
  } catch (cause) {
    throw new AppError('invalid_request', 'The multipart form has no boundary.', { cause, hint });
  }
}

/** The form around a file of at most `maxBytes`. */
function limitTo(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes + frameBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

function nameOf(name: string): string | undefined {
  return name === '' || !isStorable(name) ? undefined : name.slice(0, 255);
}

function refuse(error: unknown): never {
  throw error instanceof AppError ? error : brokenOff(error);
}

function brokenOff(cause: unknown): AppError {
  return new AppError('invalid_request', 'The upload broke off.', { cause, retryable: true });
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('body_too_large', `The upload is larger than ${maxBytes.toLocaleString('en')} bytes.`, {
    hint,
  });
}
