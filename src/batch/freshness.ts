import type { MediaKind } from '../domain/media-facts.ts';
import { atMost } from './at-most.ts';
import type { Lock, LockedUrl } from './lock-file.ts';

/** How far what `kinora.lock` says of a URL is believed. What it does not name is read, and then named. */
export type FreshnessPolicy = 'cached' | 'check' | 'bytes';

/**
 * Reads what is behind a URL. `unchanged` where its server or its headers say that it is still what `known` tells.
 * Throws an AppError `reference_…` for a URL that is not to be had, private ones among them.
 */
export type InspectUrl = (
  url: string,
  options: { kind: MediaKind; known: LockedUrl | undefined; signal: AbortSignal },
) => Promise<
  | { sha256: string; sizeBytes: number; etag: string | undefined; lastModified: string | undefined }
  | 'unchanged'
>;

/** A URL that holds other bytes than those that were accepted. */
export interface Drift {
  url: string;
  /** What was accepted, when; and what is there now. */
  locked: LockedUrl;
  found: LockedUrl;
}

export interface ReferenceHashes {
  /**
   * The SHA-256 of what a reference holds; at once where that is known. Of a URL that has drifted it is the accepted
   * one, unless drift is accepted: what was exchanged behind an address is never used in silence. Each URL is looked at
   * once, however many rows share it. Rejects with an AppError for one that is not to be had: that row's fault (R102).
   */
  ofUrl(url: string, kind: MediaKind): string | Promise<string>;
  /** So far. */
  readonly drifts: readonly Drift[];
  /** One sentence for a person: the policy, and how old what was believed is. Undefined where no URL was asked about. */
  describe(): string | undefined;
  /** The URLs that were asked about so far. */
  readonly asked: ReadonlyMap<string, unknown>;
  /** Whether the lock has learnt or accepted anything, and is to be written. */
  readonly lockChanged: boolean;
}

/** Believes, checks or reads URLs against a lock, which it completes. */
export function createReferenceHashes(options: {
  policy: FreshnessPolicy;
  lock: Lock;
  inspect: InspectUrl;
  now(): Date;
  signal: AbortSignal;
  acceptDrift?: boolean;
  /** URLs looked at at the same time. */
  atOnce?: number;
}): ReferenceHashes {
  const { policy, lock, inspect, now, signal, acceptDrift = false } = options;
  const inTurn = atMost(options.atOnce ?? 8);
  const known = new Map<string, string | Promise<string>>();
  const drifts: Drift[] = [];
  const count = { believed: 0, checked: 0, read: 0 };
  let oldest: string | undefined;
  let changed = false;

  const learn = (url: string, entry: LockedUrl): string => {
    lock.urls.set(url, entry);
    changed = true;
    return entry.sha256;
  };

  const look = async (url: string, kind: MediaKind, locked: LockedUrl | undefined): Promise<string> => {
    const ask = policy === 'check' ? locked : undefined;
    const found = await inTurn(() => inspect(url, { kind, known: ask, signal }));
    if (found === 'unchanged') {
      if (locked === undefined) throw new Error(`${url} cannot be unchanged: nothing is known of it`);
      count.checked += 1;
      return locked.sha256;
    }
    count.read += 1;
    const { sha256, sizeBytes, etag, lastModified } = found;
    const entry: LockedUrl = {
      sha256,
      bytes: sizeBytes,
      at: now().toISOString(),
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { last_modified: lastModified }),
    };
    if (locked === undefined) return learn(url, entry);
    if (locked.sha256 === sha256) {
      // The same bytes under another ETag: remembered, so that the next check need not read them.
      if (locked.etag !== etag || locked.last_modified !== lastModified)
        learn(url, { ...entry, at: locked.at });
      return sha256;
    }
    drifts.push({ url, locked, found: entry });
    return acceptDrift ? learn(url, entry) : locked.sha256;
  };

  return {
    ofUrl(url, kind) {
      const before = known.get(url);
      if (before !== undefined) return before;
      const locked = lock.urls.get(url);
      if (policy === 'cached' && locked !== undefined) {
        count.believed += 1;
        if (oldest === undefined || locked.at < oldest) oldest = locked.at;
        known.set(url, locked.sha256);
        return locked.sha256;
      }
      const looking = look(url, kind, locked).then((sha256) => {
        known.set(url, sha256);
        return sha256;
      });
      // A dead URL stays so for every row of this plan; each asks for itself and hears of it.
      looking.catch(() => {});
      known.set(url, looking);
      return looking;
    },
    drifts,
    asked: known,
    describe() {
      const parts = [
        ...(count.believed === 0
          ? []
          : [`${count.believed} as kinora.lock has them, the oldest ${ageOf(oldest, now())}`]),
        ...(count.checked === 0 ? [] : [`${count.checked} unchanged by their server's word`]),
        ...(count.read === 0 ? [] : [`${count.read} read`]),
        ...(drifts.length === 0
          ? []
          : [`${drifts.length} hold other bytes than kinora.lock ${acceptDrift ? 'had' : 'has'}`]),
      ];
      return parts.length === 0 ? undefined : `URLs (${policy}): ${parts.join(', ')}`;
    },
    get lockChanged() {
      return changed;
    },
  };
}

function ageOf(at: string | undefined, now: Date): string {
  if (at === undefined) return 'of unknown age';
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / 60_000));
  if (minutes < 60) return `${minutes} min old`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h old`;
  return `${Math.floor(minutes / 1_440)} days old`;
}
