import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ErrorCode } from '../domain/errors.ts';
import type { FailureCode } from '../domain/generation.ts';
import type { JsonObject } from '../domain/json.ts';
import { type MediaKind, mediaKinds } from '../domain/media-facts.ts';
import type { Reference } from '../domain/request.ts';

/** Makes and checks the signed links by which files are read without a key. */
export interface Links {
  /** An absolute link to a file's bytes. The same link comes out all hour, so that caches and players are not disturbed. */
  contentUrl(file: { id: string; contentType: string }): string;
  /** Whether a link's parts are ours and its time has not run out. */
  isValid(link: { fileId: string; expires: string; signature: string }): boolean;
  /** An absolute link to the page that explains a code of an error or a failure. */
  codePage(code: ErrorCode | FailureCode): string;
  /** An absolute link to a path of this API. */
  absolute(path: string): string;
  /** The same links as one caller can follow them: below KINORA_PUBLIC_URL, else below the origin that was called. */
  seenFrom(requestUrl: string): Links;
  /** A value as one word that others may carry and none can change; `purpose` keeps apart what is sealed for what. */
  seal(purpose: string, value: JsonObject, validSeconds: number): string;
  /** What was sealed for this purpose; undefined for a word that is not ours, or not any more. */
  unseal(purpose: string, word: string): JsonObject | undefined;
}

/** What a link to a reference of a generation names: it goes on when the owner deletes the file that it was. */
export const referenceName = (
  generationId: string,
  { kind, position }: Pick<Reference, 'kind' | 'position'>,
) => `${generationId}-${kind}-${position}`;

const referencePattern = /^(gen_[0-9a-z]+)-(image|video|audio)-(\d{1,3})$/;

export function parseReferenceName(
  name: string,
): { generationId: string; kind: MediaKind; position: number } | undefined {
  const [, generationId, kind, position] = referencePattern.exec(name) ?? [];
  const known = mediaKinds.find((one) => one === kind);
  if (generationId === undefined || known === undefined) return undefined;
  return { generationId, kind: known, position: Number(position) };
}

const hourMs = 3_600_000;
const validHours = 24;

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'audio/flac': 'flac',
  'audio/aac': 'aac',
};

export function createLinks(options: {
  baseUrl: () => string;
  /** Where the operator has fixed the base; links then never follow a request. */
  publicUrl?: string | undefined;
  secret: string;
  now: () => number;
}): Links {
  const { baseUrl, publicUrl, secret, now } = options;
  const sign = (fileId: string, expires: string) =>
    createHmac('sha256', secret).update(`${fileId}.${expires}`).digest();
  const sealOf = (purpose: string, text: string) =>
    createHmac('sha256', secret).update(`${purpose}:${text}`).digest();
  return {
    contentUrl({ id, contentType }) {
      const expires = String((Math.ceil(now() / hourMs) + validHours) * (hourMs / 1000));
      const signature = sign(id, expires).toString('base64url');
      const name = `${id}.${extensions[contentType] ?? 'bin'}`;
      return `${baseUrl()}/v1/content/${name}?expires=${expires}&signature=${signature}`;
    },
    isValid({ fileId, expires, signature }) {
      if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1000 < now()) return false;
      return sameBytes(sign(fileId, expires), Buffer.from(signature, 'base64url'));
    },
    codePage: (code) => `${baseUrl()}/docs/errors/${code}`,
    absolute: (path) => `${baseUrl()}${path}`,
    seenFrom(requestUrl) {
      const { origin } = new URL(requestUrl);
      return createLinks({ ...options, baseUrl: () => publicUrl ?? origin });
    },
    seal(purpose, value, validSeconds) {
      const expires = Math.floor(now() / 1_000) + validSeconds;
      const text = Buffer.from(JSON.stringify([expires, value])).toString('base64url');
      return `${text}.${sealOf(purpose, text).toString('base64url')}`;
    },
    unseal(purpose, word) {
      const [text = '', given = ''] = word.split('.');
      if (!sameBytes(sealOf(purpose, text), Buffer.from(given, 'base64url'))) return undefined;
      const [expires, value] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [number, JsonObject];
      return expires * 1_000 < now() ? undefined : value;
    },
  };
}

const sameBytes = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);
