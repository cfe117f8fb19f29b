import { openAsBlob } from 'node:fs';
import { FormData } from 'undici';
import type { EngineFailure, ReferenceFile } from '../../domain/engine.ts';
import { fileName } from '../file-name.ts';
import type { CallProvider } from '../json-api.ts';
import { failure } from '../provider-results.ts';
import { fileSchema } from './wire.ts';

/** Puts one file into Replicate's storage. Nothing is paid for yet, so whatever goes wrong may be tried again. */
export async function upload(
  reference: ReferenceFile,
  to: { filesUrl: string; headers: Record<string, string>; call: CallProvider; signal: AbortSignal },
): Promise<{ status: 'uploaded'; url: string } | EngineFailure> {
  const { filesUrl, headers, call, signal } = to;
  const { path, facts } = reference;
  const form = new FormData();
  form.set('content', await openAsBlob(path, { type: facts.contentType }), fileName(reference));
  const answer = await call({ method: 'POST', url: filesUrl, form, headers, signal });
  if (answer.status !== 'answered') return notUploaded(answer.message);
  const { code, body, retryAfterSeconds } = answer;
  if (code === 429)
    return failure('rate_limited', 'Replicate takes no upload just now.', {
      retryable: true,
      retryAfterSeconds,
    });
  const file = code >= 200 && code < 300 ? fileSchema.safeParse(body) : undefined;
  return file?.success === true
    ? { status: 'uploaded', url: file.data.urls.get }
    : notUploaded(`Replicate answered ${code}.`);
}

const notUploaded = (why: string): EngineFailure =>
  failure('engine_unavailable', `A reference could not be uploaded to Replicate. ${why}`, {
    retryable: true,
  });
