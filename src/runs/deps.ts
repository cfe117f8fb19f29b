import type { FetchOnce } from '../batch/fetch-once.ts';
import type { InspectUrl } from '../batch/freshness.ts';
import type { ServerRules } from '../batch/server-workflow.ts';
import type { Client } from '../client/index.ts';
import type { Store } from '../store/db.ts';

/** What runs of stored workflows are handed. */
export interface RunDeps {
  store: Store;
  /** The API as a key has it, without a port: its budgets, limits and revocation count as for anybody. */
  clientOf(keyId: string): Client;
  /** Asks sources and tells webhooks; reaches public addresses alone. */
  ask: FetchOnce;
  /** Looks at references; the same. */
  inspect: InspectUrl;
  /** A variable that workflows of an account may use; undefined for every other. */
  variable(name: string, accountId: string): string | undefined;
  refusePost: ServerRules['refusePost'];
  /** A folder for work in progress, removed afterwards; of a killed process, when the next one starts. */
  withFolder<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** Rejects with the reason of `signal`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  onUnexpected(error: unknown, doing: string): void;
}
