import type { PricedEngine } from '../domain/priced-engine.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Scratch } from '../files/scratch.ts';
import type { Media } from '../media/media.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';
import type { Store } from '../store/db.ts';

/** What the actions are handed; each names the part it needs. */
export interface Deps {
  store: Store;
  files: FileStore;
  scratch: Scratch;
  media: Pick<Media, 'probe' | 'decodeImage'>;
  fetch: SafeFetch;
  engines: ReadonlyMap<string, PricedEngine>;
  /** Whether files of ours have addresses that a provider can fetch. */
  publicFiles: boolean;
}
