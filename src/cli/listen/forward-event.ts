import { randomBytes } from 'node:crypto';
import type { KinoraEvent } from '../../contract/webhook.ts';
import { standardHeaders } from '../../webhooks/sign-standard.ts';

/** How a receiver on this machine took an event: its status, or why there is none. */
export type Forwarded = { status: number } | { problem: string };

export const newListenSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

const timeoutMs = 20_000;

/**
 * Sends an event as a real webhook, signed with the secret of this session. Once: in development a receiver that is
 * broken is mended, and the event sent again by hand.
 */
export function createForwarder(options: {
  target: string;
  secret: string;
  fetch: typeof globalThis.fetch;
}): (event: KinoraEvent, signal: AbortSignal) => Promise<Forwarded> {
  const { target, secret, fetch } = options;
  return async (event, signal) => {
    const body = JSON.stringify(event);
    const signed = standardHeaders({ id: event.id, at: new Date(), body }, [secret]);
    try {
      const response = await fetch(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Kinora', ...signed },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      return { status: response.status };
    } catch (error) {
      signal.throwIfAborted();
      return { problem: problemOf(error) };
    }
  };
}

function problemOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'no answer within 20 s';
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return 'cannot be reached';
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}
