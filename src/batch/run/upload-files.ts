import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Client } from '../../client/index.ts';

/** The files of a run on the server, each content once, whoever has uploaded it. Nothing is remembered here. */
export interface Uploads {
  /** The file of each content; without those that cannot be read or have changed since they were planned. */
  idsOf(files: readonly { path: string; sha256: string }[]): Promise<Map<string, string>>;
  /** Why the file at a path could not be sent, where it could not. */
  whyNot(path: string): string | undefined;
}

const askedAtOnce = 1_000;
const sentAtOnce = 4;

/** So many contents are known by heart; then it asks again. */
const mostKnown = 50_000;

export function createUploads({ client, signal }: { client: Client; signal: AbortSignal }): Uploads {
  const known = new Map<string, string>();
  const faults = new Map<string, string>();

  const upload = async (path: string, sha256: string): Promise<void> => {
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (error) {
      faults.set(path, `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
      return;
    }
    // The fingerprint of the row names the content that was planned: another must not go under it.
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
      faults.set(path, `${path} has changed since it was planned. Run again to use it as it is now.`);
      return;
    }
    const { id } = await client.files.upload(bytes, basename(path), { signal });
    known.set(sha256, id);
  };

  return {
    async idsOf(files) {
      if (known.size > mostKnown) known.clear();
      const wanted = new Map(files.map(({ path, sha256 }) => [sha256, path]));
      const unknown = [...wanted.keys()].filter((sha256) => !known.has(sha256));
      for (let at = 0; at < unknown.length; at += askedAtOnce)
        for (const { sha256, file_id: id } of await client.files.find(unknown.slice(at, at + askedAtOnce), {
          signal,
        }))
          known.set(sha256, id);
      const missing = unknown.filter((sha256) => !known.has(sha256)).values();
      const lane = async () => {
        for (const sha256 of missing) await upload(wanted.get(sha256) ?? '', sha256);
      };
      await Promise.all(Array.from({ length: sentAtOnce }, lane));
      return new Map(
        [...wanted.keys()].flatMap((sha256) => {
          const id = known.get(sha256);
          return id === undefined ? [] : [[sha256, id] as const];
        }),
      );
    },
    whyNot: (path) => faults.get(path),
  };
}
