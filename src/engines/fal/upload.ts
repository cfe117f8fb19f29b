import { stat } from 'node:fs/promises';
import type { EngineFailure, ReferenceFile } from '../../domain/engine.ts';
import { AppError } from '../../domain/errors.ts';
import type { SafeSend, Sent } from '../../net/safe-send.ts';
import { fileName } from '../file-name.ts';
import type { CallProvider } from '../json-api.ts';
import { parsedJson } from '../parsed-json.ts';
import { failure } from '../provider-results.ts';
import { initiatedSchema, partSchema } from './wire.ts';

export interface Uploading {
  /** Where storage is asked for room, without a slash at the end. */
  restUrl: string;
  headers: Record<string, string>;
  call: CallProvider;
  send: SafeSend['send'];
  /** Files above so many bytes go up in parts of so many. */
  parts?: { aboveBytes: number; bytes: number };
}

export type Uploaded = { status: 'uploaded'; url: string } | EngineFailure;

const usualParts = { aboveBytes: 32 * 1_048_576, bytes: 10 * 1_048_576 };
const triesOfPart = 3;
const sendMs = 120_000;

/** Puts one file into fal's storage. Nothing is paid for yet, so whatever goes wrong may be tried again. */
export async function upload(
  reference: ReferenceFile,
  { signal, ...to }: Uploading & { signal: AbortSignal },
): Promise<Uploaded> {
  const { path, facts } = reference;
  const { parts = usualParts } = to;
  const { size } = await stat(path);
  const inParts = size > parts.aboveBytes;
  const answer = await to.call({
    method: 'POST',
    url: `${to.restUrl}/storage/upload/initiate${inParts ? '-multipart' : ''}?storage_type=fal-cdn-v3`,
    body: { content_type: facts.contentType, file_name: fileName(reference) },
    headers: to.headers,
    signal,
  });
  if (answer.status !== 'answered') return notUploaded(answer.message);
  const { code, body, retryAfterSeconds } = answer;
  if (code === 429)
    return failure('rate_limited', 'fal takes no upload just now.', { retryable: true, retryAfterSeconds });
  const room = code >= 200 && code < 300 ? initiatedSchema.safeParse(body) : undefined;
  if (room?.success !== true) return notUploaded(`fal answered ${code} to an upload.`);
  const { upload_url: uploadUrl, file_url: url } = room.data;
  const file = { path, size, contentType: facts.contentType, partBytes: parts.bytes };
  try {
    const fault = await (inParts ? sendParts : sendWhole)(uploadUrl, file, { send: to.send, signal });
    return fault === undefined ? { status: 'uploaded', url } : notUploaded(fault);
  } catch (error) {
    if (error instanceof AppError) return notUploaded(error.message);
    if (signal.aborted) return notUploaded('The time was over.');
    throw error;
  }
}

const notUploaded = (why: string): EngineFailure =>
  failure('engine_unavailable', `A reference could not be uploaded to fal. ${why}`, { retryable: true });

interface SentFile {
  path: string;
  size: number;
  contentType: string;
  partBytes: number;
}

type Sending = Pick<Uploading, 'send'> & { signal: AbortSignal };

/** Undefined once it is there, else what went wrong. */
async function sendWhole(
  url: string,
  { path, size, contentType }: SentFile,
  { send, signal }: Sending,
): Promise<string | undefined> {
  const body = { path, start: 0, end: size - 1 };
  const headers = { 'content-type': contentType };
  const { status } = await send(url, { method: 'PUT', headers, body, timeoutMs: sendMs, signal });
  return isFine(status) ? undefined : `Storage answered ${status}.`;
}

async function sendParts(
  uploadUrl: string,
  { path, size, contentType, partBytes }: SentFile,
  { send, signal }: Sending,
): Promise<string | undefined> {
  const at = (end: string) => {
    const url = new URL(uploadUrl);
    url.pathname += end;
    return url.href;
  };
  const parts: { partNumber: number; etag: string }[] = [];
  for (let start = 0; start < size; start += partBytes) {
    const partNumber = parts.length + 1;
    const body = { path, start, end: Math.min(size, start + partBytes) - 1 };
    const headers = { 'content-type': contentType };
    const sent = await persistently(() =>
      send(at(`/${partNumber}`), { method: 'PUT', headers, body, timeoutMs: sendMs, signal }),
    );
    const etag = partSchema.safeParse(parsedJson(sent.text)).data?.etag ?? sent.etag;
    if (!isFine(sent.status) || etag === undefined)
      return `Storage answered ${sent.status} to part ${partNumber}.`;
    parts.push({ partNumber, etag });
  }
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ parts });
  const { status } = await send(at('/complete'), {
    method: 'POST',
    headers,
    body,
    timeoutMs: sendMs,
    signal,
  });
  return isFine(status) ? undefined : `Storage answered ${status} to the last part.`;
}

/** A part that was sent twice is the same part. */
async function persistently(work: () => Promise<Sent>): Promise<Sent> {
  for (let tries = 1; ; tries += 1)
    try {
      const sent = await work();
      if (sent.status < 500 || tries === triesOfPart) return sent;
    } catch (error) {
      if (!(error instanceof AppError && error.retryable) || tries === triesOfPart) throw error;
    }
}

const isFine = (status: number) => status >= 200 && status < 300;
