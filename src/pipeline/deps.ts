import type { CertificateSigner } from '../actions/erase-consent.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';
import type { Reference } from '../domain/request.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Scratch } from '../files/scratch.ts';
import type { Media } from '../media/media.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';
import type { Store } from '../store/db.ts';

export interface PipelineDeps {
  store: Store;
  files: FileStore;
  scratch: Scratch;
  media: Pick<Media, 'probe' | 'decodeImage' | 'decodeVideo' | 'decodeAudio' | 'encode' | 'encodeStill'>;
  engines: ReadonlyMap<string, PricedEngine>;
  /** Signs what is told of deleted things. */
  certificates: CertificateSigner;
  /** Fetches outputs: from the public internet, and from the origins that the operator has set for an engine. */
  fetchFrom(trustedOrigins: readonly string[]): SafeFetch;
  /** Where a provider may call back about an attempt; undefined where nothing outside can reach us. */
  callbackUrl(engine: string, attemptId: string): string | undefined;
  /** Where a provider may fetch a reference of a generation; undefined where nothing outside can reach us. */
  referenceUrl(generationId: string, reference: Reference): string | undefined;
  /** Told of what nobody expected; the work itself goes on or is tried again. */
  onUnexpected(error: unknown, doing: string): void;
}
