import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimedDelivery, claimDeliveries } from '../store/claim-deliveries.ts';
import { forgetOldTries } from '../store/delivery-tries.ts';
import { type SendDeps, sendDelivery, usualTimeoutMs } from './send-delivery.ts';

export interface WebhookSender {
  /** Ends in good order: tries under way have a few seconds to end; what has not by then is given back. */
  stop(): Promise<void>;
}

export interface SenderDeps extends SendDeps {
  /** How long tries under way may take to end once it is stopped. Default four seconds. */
  stopGraceMs?: number;
  onUnexpected(error: unknown, doing: string): void;
}

/** How many webhooks a process sends at once, and how many of them to one origin and of one account. */
const atOnce = 64;
const perOrigin = 8;
const perAccount = 24;

/** Much longer than a try, so that nobody takes over from a sender that lives. */
const leaseSeconds = (usualTimeoutMs / 1_000) * 3;

/** Looked at without being told so: for what is tried again, and for what a process that died has left. */
const idleMs = 1_000;
const usualStopGraceMs = 4_000;
const forgetEveryMs = 600_000;

/**
 * Sends webhooks until stopped. Any number of processes may; each webhook is sent by one of them at a time. One whose
 * process has died is sent again, under the same id: nothing is lost, and a repeat is told by its id.
 */
export async function startSender(deps: SenderDeps): Promise<WebhookSender> {
  const { store, onUnexpected, stopGraceMs = usualStopGraceMs } = deps;
  const stopping = new AbortController();
  const cutting = new AbortController();
  const sending = new Map<Promise<void>, ClaimedDelivery>();
  let wake = () => {};

  const begin = (claimed: ClaimedDelivery) => {
    const done = sendDelivery(deps, claimed, cutting.signal)
      .catch((error: unknown) => onUnexpected(error, `sending the webhook ${claimed.id}`))
      .finally(() => {
        sending.delete(done);
        wake();
      });
    sending.set(done, claimed);
  };

  const take = async (): Promise<ClaimedDelivery[]> => {
    const most = atOnce - sending.size;
    if (most <= 0) return [];
    return claimDeliveries(store, {
      most,
      leaseSeconds,
      perAccount,
      perOrigin,
      busyAccounts: busy(
        [...sending.values()].map(({ accountId }) => accountId),
        perAccount,
      ),
      busyOrigins: busy(
        [...sending.values()].map(({ origin }) => origin),
        perOrigin,
      ),
    });
  };

  let forgottenAt = performance.now();
  const forget = async () => {
    if (performance.now() - forgottenAt < forgetEveryMs) return;
    forgottenAt = performance.now();
    await forgetOldTries(store, 10_000);
  };

  const loop = async () => {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        const claimed = await take();
        for (const one of claimed) begin(one);
        if (claimed.length > 0) continue;
        await forget();
      } catch (error) {
        onUnexpected(error, 'looking for webhooks to send');
      }
      const rest = new AbortController();
      await Promise.race([woken, sleep(idleMs, undefined, { signal: rest.signal }).catch(() => {})]);
      rest.abort();
    }
    const grace = setTimeout(() => cutting.abort(), stopGraceMs);
    await Promise.all(sending.keys());
    clearTimeout(grace);
  };

  await store.listen('kinora_delivery', () => wake());
  const done = loop();
  return {
    stop() {
      stopping.abort();
      wake();
      return done;
    },
  };
}

/** Those that occur at least `most` times. */
function busy(names: readonly string[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= most).map(([name]) => name);
}
