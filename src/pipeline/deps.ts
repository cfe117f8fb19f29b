import type { PricedEngine } from '../domain/priced-engine.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Scratch } from '../files/scratch.ts';
import type { Media } from '../media/media.ts';
import type { Store } from '../store/db.ts';

export interface PipelineDeps {
  store: Store;
  files: FileStore;
  scratch: Scratch;
  media: Pick<Media, 'probe' | 'decodeVideo' | 'decodeAudio'>;
  engines: ReadonlyMap<string, PricedEngine>;
  /** Told of what nobody expected; the work itself goes on or is tried again. */
  onUnexpected(error: unknown, doing: string): void;
}
