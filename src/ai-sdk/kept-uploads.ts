import type { Client } from '../client/index.ts';

/** The id of a file with these bytes, or with those that are written as base64. */
export type UploadOf = (data: Uint8Array | string, signal: AbortSignal | undefined) => Promise<string>;

/** The uploads of one start, by its idempotency key. */
export type KeptUploads = (idempotencyKey: string | undefined) => UploadOf;

const mostStarts = 100;

/**
 * Uploads the same bytes once for all tries of one start: a new file would make another request of it, which its key does
 * not allow. Only ids and hashes are kept, of the last hundred starts.
 */
export function keptUploads(client: Client): KeptUploads {
  const starts = new Map<string, Map<string, string>>();
  return (key = crypto.randomUUID()) => {
    const ids = starts.get(key) ?? new Map<string, string>();
    starts.set(key, ids);
    for (const oldest of starts.keys()) {
      if (starts.size <= mostStarts) break;
      starts.delete(oldest);
    }
    return async (data, signal) => {
      const bytes = typeof data === 'string' ? bytesOf(data) : new Uint8Array(data);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).join('.');
      const known = ids.get(digest);
      if (known !== undefined) return known;
      const { id } = await client.files.upload(bytes, undefined, signal === undefined ? {} : { signal });
      ids.set(digest, id);
      return id;
    };
  };
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
