import { Readable, Transform } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { AppError } from '../domain/errors.ts';
import { type Received, receive } from '../files/scratch.ts';

export interface FormFile {
  field: string;
  name: string | undefined;
  received: Received;
}

export interface Form {
  /** In the order in which they came; a name may come again. */
  fields: [name: string, value: string][];
  files: FormFile[];
}

export interface FormLimits {
  files: number;
  fileBytes: number;
  fields: number;
  fieldBytes: number;
  /** Of all of it, without what a form adds around its parts. */
  bytes: number;
  /** What is told about a form that breaks a limit. */
  hint: string;
}

/** What a form may add around its parts. */
export const frameBytes = 100_000;

/**
 * Streams a multipart form, its files to `pathOf(0)`, `pathOf(1)`, …; ends with everything it opened closed, however
 * the form ends: whole, broken, too large or cut off.
 */
export async function receiveForm(
  request: Request,
  pathOf: (index: number) => string,
  limits: FormLimits,
): Promise<Form> {
  const { hint } = limits;
  if (request.body === null) throw new AppError('invalid_request', 'The request has no body.', { hint });
  const body = Readable.fromWeb(request.body);
  const form = openForm(request.headers.get('content-type') ?? '', limits);
  const fields: Form['fields'] = [];
  const files: Promise<FormFile>[] = [];
  let fault: AppError | undefined;
  const stop = (error: unknown) => {
    fault ??= error instanceof AppError ? error : brokenOff(error);
    body.destroy();
    form.destroy();
  };
  form.on('field', (name, value, _nameCut, valueCut) => {
    if (valueCut || fields.length === limits.fields)
      stop(
        new AppError('body_too_large', `The form has too many fields, or "${name}" is too long.`, { hint }),
      );
    else fields.push([name, value]);
  });
  form.on('file', (field, stream, name) => {
    if (files.length === limits.files) {
      stream.resume();
      const most = limits.files === 1 ? 'one file' : `${limits.files} files`;
      stop(new AppError('invalid_request', `The form has more than ${most} in it.`, { hint }));
      return;
    }
    // A form that is destroyed leaves its file streams open.
    form.on('close', () => {
      if (!stream.readableEnded) stream.destroy(new Error('the form broke off'));
    });
    const file = receive(stream, pathOf(files.length), limits.fileBytes).then((received) => ({
      field,
      name: name === '' ? undefined : name,
      received,
    }));
    file.catch(stop);
    files.push(file);
  });
  await new Promise<void>((resolve) => {
    const meter = limitTo(limits);
    meter.on('error', stop);
    form.on('error', (cause) =>
      stop(new AppError('invalid_request', 'The multipart form is broken.', { cause, hint })),
    );
    body.on('error', stop);
    form.on('finish', resolve);
    form.on('close', resolve);
    body.pipe(meter).pipe(form);
  });
  const settled = await Promise.allSettled(files);
  if (fault !== undefined) throw fault;
  return { fields, files: settled.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : [])) };
}

function openForm(contentType: string, limits: FormLimits): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      // One more of each than is allowed, so that too many are seen and refused.
      limits: {
        files: limits.files + 1,
        fields: limits.fields + 1,
        fieldSize: limits.fieldBytes,
        parts: limits.files + limits.fields + 2,
      },
    });
  } catch (cause) {
    throw new AppError('invalid_request', 'The multipart form has no boundary.', {
      cause,
      hint: limits.hint,
    });
  }
}

function limitTo({ bytes: most, hint }: FormLimits): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > most + frameBytes)
        done(
          new AppError('body_too_large', `The upload is larger than ${most.toLocaleString('en')} bytes.`, {
            hint,
          }),
        );
      else done(null, chunk);
    },
  });
}

/** An upload whose sender went away, or whose bytes stopped making sense. */
export function brokenOff(cause: unknown): AppError {
  return new AppError('invalid_request', 'The upload broke off.', { cause, retryable: true });
}
