import { type AccountCalls, accountCalls, type CreditCalls } from './accounts.ts';
import { type Batches, batchCalls } from './batches.ts';
import { type BudgetCalls, budgetCalls } from './budgets.ts';
import { type EngineCalls, engineCalls } from './engines.ts';
import { type Files, fileCalls } from './files.ts';
import { type Generations, generationCalls } from './generations.ts';
import { type LedgerCalls, ledgerCalls } from './ledger.ts';
import { type ParkedCalls, parkedCalls } from './parked.ts';
import { type Pauses, pauseCalls } from './pauses.ts';
import { type ReceiptCalls, receiptCalls } from './receipts.ts';
import { type ReportCalls, reportCalls } from './reports.ts';
import { type TopupCalls, topupCalls } from './topups.ts';
import { createTransport, type TransportOptions } from './transport.ts';
import { type WebhookCalls, webhookCalls } from './webhooks.ts';

export type { AlertPage } from '../contract/alert.ts';
export type { Budget, BudgetDetail, BudgetPage } from '../contract/budget.ts';
export type { Forecast } from '../contract/forecast.ts';
export type { Credits, Estimate, Key, LedgerPage } from './accounts.ts';
export { type ClientErrorCode, KinoraError } from './error.ts';
export type { RequestBodies } from './generations.ts';
export { type ChainVerdict, hashOfReceipt, verifyReceipts } from './verify-receipts.ts';

export interface ClientOptions {
  baseUrl: string;
  /** Of an account, `kin_live_…` or `kin_test_…`; or the operator key, for accounts, keys and grants. */
  key?: string;
  fetch?: typeof globalThis.fetch;
  /** How long a call that may be repeated is tried again before its error is thrown. Default two minutes. */
  giveUpAfterMs?: number;
  now?: () => number;
  random?: () => number;
  sleep?: TransportOptions['sleep'];
}

export interface Client
  extends CreditCalls,
    AccountCalls,
    BudgetCalls,
    EngineCalls,
    LedgerCalls,
    ParkedCalls,
    ReceiptCalls,
    ReportCalls,
    TopupCalls,
    WebhookCalls {
  generations: Generations;
  files: Files;
  batches: Batches;
  pauses: Pauses;
  /** One try: whether a Kinora answers there. */
  health(options?: { signal?: AbortSignal }): Promise<{ status: 'ok'; engines: string[] }>;
}

/** Longer than the server keeps an idempotency key for a call whose process has died. */
const defaultGiveUpMs = 120_000;

export function createClient(options: ClientOptions): Client {
  const transport = createTransport({
    baseUrl: options.baseUrl,
    key: options.key,
    fetch: options.fetch ?? globalThis.fetch,
    giveUpAfterMs: options.giveUpAfterMs ?? defaultGiveUpMs,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    sleep: options.sleep ?? pause,
  });
  return {
    generations: generationCalls(transport),
    files: fileCalls(transport),
    batches: batchCalls(transport),
    pauses: pauseCalls(transport),
    ...accountCalls(transport),
    ...parkedCalls(transport),
    ...ledgerCalls(transport),
    ...receiptCalls(transport),
    ...budgetCalls(transport),
    ...engineCalls(transport),
    ...topupCalls(transport),
    ...reportCalls(transport),
    ...webhookCalls(transport),
    health: ({ signal } = {}) =>
      transport.call({ method: 'GET', path: '/healthz', repeatable: false, timeoutMs: 5_000, signal }),
  };
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
