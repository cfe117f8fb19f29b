import { openAssetFolder } from './asset-folder.ts';
import { understandingVersion } from './understanding-version.ts';

/** What was understood of files, kept for the films after this one. */
export interface AssetCache {
  /**
   * The asset kept for this key; without one, what `make` gives, kept from now on. The two are equal, as far as a
   * structured clone goes.
   */
  recall<T>(key: AssetKey, make: () => Promise<T>): Promise<T>;
  /** Why the first asset that could not be kept was not; undefined while all could be. */
  unkept(): string | undefined;
}

export interface AssetKey {
  kind: 'picture' | 'alpha' | 'sound' | 'clip';
  /** Of the file's bytes. */
  sha256: string;
  /** Everything else that the asset depends on. */
  settings: Readonly<Record<string, string | number | boolean>>;
}

const mostBytes = 1024 ** 3;

/**
 * `decoder` names what decodes the files: another one gives other pixels. `staging` is an existing folder of this
 * process, on the same file system where possible.
 */
export function openAssetCache(options: {
  folder: string;
  staging: string;
  decoder: string;
  mostBytes?: number;
}): AssetCache {
  const { folder, staging, decoder } = options;
  const assets = openAssetFolder({ folder, staging, mostBytes: options.mostBytes ?? mostBytes });
  let reason: string | undefined;
  return {
    async recall<T>({ kind, sha256, settings }: AssetKey, make: () => Promise<T>) {
      const key = JSON.stringify([understandingVersion, decoder, kind, sha256, sorted(settings)]);
      const place = { key, source: sha256 };
      const found = await assets.read(place);
      // The key names the version of the code that made it, so it has the shape that this code gives.
      if (found !== undefined) return found.asset as T;
      const asset = await make();
      await assets.write(place, asset).catch((error: unknown) => {
        reason ??= error instanceof Error ? error.message : String(error);
      });
      return asset;
    },
    unkept: () => reason,
  };
}

const sorted = (settings: AssetKey['settings']) =>
  Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1));
