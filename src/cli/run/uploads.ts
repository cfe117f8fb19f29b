import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Client } from '../../client/index.ts';
import type { HashedReference } from './hash-references.ts';
import { RowFault } from './row-fault.ts';
import type { StateFile } from './state-file.ts';

/** Files on the server, each distinct content once, remembered for the next run before anything refers to them. */
export interface Uploads {
  /** What a request says for a reference. */
  wire(reference: HashedReference): Promise<WireReference>;
  /** For references the server no longer has: the next `wire` uploads them again. */
  forget(references: readonly HashedReference[]): Promise<void>;
}

export interface WireReference {
  url?: string;
  file_id?: string;
  role?: NonNullable<HashedReference['role']>;
  alias?: string;
}

export function createUploads(options: { client: Client; state: StateFile; signal: AbortSignal }): Uploads {
  const { client, state, signal } = options;
  const running = new Map<string, Promise<string>>();

  const upload = async (path: string, sha256: string): Promise<string> => {
    const bytes = await readFile(path);
    // The key of the submit names the content that was planned: it must not stand for another.
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new RowFault(`${path} has changed since the run began. Run again to use it as it is now.`);
    const { id } = await client.files.upload(bytes, basename(path), { signal });
    await state.setFileId(sha256, id);
    return id;
  };
  const fileIdOf = async (path: string, sha256: string): Promise<string> => {
    const known = state.fileId(sha256);
    if (known !== undefined) return known;
    const started = running.get(sha256) ?? upload(path, sha256).finally(() => running.delete(sha256));
    running.set(sha256, started);
    return started;
  };
  return {
    async wire(reference) {
      const { role, alias } = reference;
      const source =
        reference.from === 'url'
          ? { url: reference.url }
          : { file_id: await fileIdOf(reference.path, reference.sha256) };
      return {
        ...source,
        ...(role === undefined ? {} : { role }),
        ...(alias === undefined ? {} : { alias }),
      };
    },
    forget: (references) =>
      state.forgetFiles(
        references.flatMap((reference) => (reference.from === 'file' ? [reference.sha256] : [])),
      ),
  };
}
