import type { MediaKind } from './media-facts.ts';
import type { ReferenceRole } from './request.ts';

/** What a reference of a bundle is, apart from where its bytes are. */
export interface BundleEntry {
  kind: MediaKind;
  /** Of its bytes, 64 hex digits. */
  sha256: string;
  role: ReferenceRole | null;
  alias: string | null;
  priority: number | null;
}

/**
 * The text whose SHA-256 is the hash of a bundle (R98): the JSON, without spaces, of the list
 * `[[kind, sha256, role, alias, priority], …]` in order, with null for what is absent. Names, addresses and dates do
 * not count; another order does.
 */
export const canonicalBundle = (entries: readonly BundleEntry[]) =>
  JSON.stringify(
    entries.map(({ kind, sha256, role, alias, priority }) => [kind, sha256, role, alias, priority]),
  );

export const bundleLimits = { image: 20, video: 6, audio: 6, names: 1_000 } as const;
