import { type LaunchedProvider, type LaunchOptions, launchProvider } from './launch-provider.ts';

/** Where the provider of an engine is: running already at a place of its own, or in a folder, to be started. */
export type ProviderSource =
  | { url: string }
  | Pick<LaunchOptions, 'folder' | 'simulate' | 'ffmpegPath' | 'cardsFolder'>;

export interface ProviderOnUse {
  /** Starts it first, if need be. Undefined if it cannot be started just now. */
  reach(): Promise<ReachedProvider | undefined>;
  /** Every origin it has had: where its videos may come from. */
  knownOrigins(): string[];
  /** Ends what was started here. */
  close(): Promise<void>;
}

export interface ReachedProvider {
  origin: string;
  /** Nobody answers there: the next use starts it anew, or finds who keeps its book now. */
  forget(): void;
}

export function launchOnUse(source: ProviderSource, callbackSecret: string): ProviderOnUse {
  if ('url' in source) {
    const { origin } = new URL(source.url);
    return {
      reach: async () => ({ origin, forget: () => {} }),
      knownOrigins: () => [origin],
      close: async () => {},
    };
  }

  const known = new Set<string>();
  let current: Promise<LaunchedProvider> | undefined;
  let isClosed = false;

  return {
    async reach() {
      if (isClosed) return undefined;
      current ??= launchProvider({ ...source, callbackSecret });
      const used = current;
      // By now another may have started it anew; that one stays.
      const forget = () => {
        if (current === used) current = undefined;
      };
      try {
        const { origin } = await used;
        known.add(origin);
        return { origin, forget };
      } catch {
        forget();
        return undefined;
      }
    },
    knownOrigins: () => [...known],
    async close() {
      isClosed = true;
      const launched = await current?.catch(() => undefined);
      await launched?.kill('SIGTERM');
    },
  };
}
