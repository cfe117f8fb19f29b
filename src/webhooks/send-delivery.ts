import { AppError } from '../domain/errors.ts';
import type { Posted } from '../net/post.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';
import { type ClaimedDelivery, releaseDelivery } from '../store/claim-deliveries.ts';
import type { Store } from '../store/db.ts';
import { giveUpDelivery, readMatter, recordDeliveryTry } from '../store/delivery-tries.ts';
import { judgeAnswer } from './judge-answer.ts';
import { nextPauseSeconds } from './next-pause.ts';
import type { FalSigner } from './sign-fal.ts';
import { type WebhookBodies, writeMessage } from './write-message.ts';

export interface SendDeps {
  store: Store;
  fetch: Pick<SafeFetch, 'post'>;
  bodies: WebhookBodies;
  falSigner: FalSigner;
  /** Of the clock that receivers compare the timestamp with, in milliseconds. */
  now(): number;
  random(): number;
  /** For a whole try. Default `usualTimeoutMs`. */
  timeoutMs?: number;
}

/** As Standard Webhooks advises, 15 to 30 s. */
export const usualTimeoutMs = 20_000;

/** Of an answer this much is kept; nothing of it is interpreted. */
const keptBytes = 2_048;

/** Sends one webhook that this process has claimed, once, and writes down how that went. */
export async function sendDelivery(
  deps: SendDeps,
  claimed: ClaimedDelivery,
  stopping: AbortSignal,
): Promise<void> {
  const { store, now, timeoutMs = usualTimeoutMs } = deps;
  const matter = await readMatter(store, claimed);
  if (matter === undefined) return;
  if (matter.moot !== undefined) return giveUpDelivery(store, claimed, matter.moot);
  const startedAt = new Date(now());
  const { headers, body } = await writeMessage(deps, matter, startedAt);
  const began = performance.now();
  let posted: Posted;
  try {
    posted = await post(deps, matter.target, { headers, body, timeoutMs, keptBytes, signal: stopping });
  } catch (error) {
    // Whoever sends it next sends it under the same id.
    if (stopping.aborted) return releaseDelivery(store, claimed);
    throw error;
  }
  const verdict = judgeAnswer(posted, { timeoutMs, now: now() });
  const answer = posted.as === 'answered' ? posted : undefined;
  const made = {
    startedAt,
    durationMs: Math.round(performance.now() - began),
    result: verdict.result,
    message: verdict.message === null ? null : storable(verdict.message),
    requestHeaders: headers,
    requestBody: body,
    status: answer?.status ?? null,
    responseHeaders:
      answer === undefined
        ? null
        : Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, storable(value)])),
    responseBody: answer === undefined ? null : storable(answer.body),
  };
  const pause = nextPauseSeconds(matter.tries + 1, verdict, deps.random);
  await store.transaction((db) => recordDeliveryTry(db, claimed, made, pause));
}

/** An address that was good when it was given may be none today: that is an end of a try like others. */
async function post(
  { fetch }: SendDeps,
  target: string,
  options: Parameters<SafeFetch['post']>[1],
): Promise<Posted> {
  try {
    return await fetch.post(target, options);
  } catch (error) {
    if (error instanceof AppError) return { as: 'forbidden', message: error.message };
    throw error;
  }
}

/** PostgreSQL takes no NUL in a text. */
const storable = (text: string) => text.replaceAll('\0', '\ufffd');
