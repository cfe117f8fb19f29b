import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Refusal } from './wire.ts';

/** What a route makes of a request; `reply` carries it out. */
export type Reply =
  | { kind: 'json'; status: number; body: unknown; retryAfterSeconds?: number; delaySeconds?: number }
  | { kind: 'lines'; lines: readonly unknown[] }
  /** `interrupted`: breaks off half way. */
  | { kind: 'video'; bytes: Buffer; interrupted: boolean }
  /** The connection is cut before a word is said. */
  | { kind: 'cut' }
  /** The connection stays open and nothing comes. */
  | { kind: 'silence' };

/** `accepted: false` is added where no job was made, for certain. */
export const refusal = (
  status: number,
  error: Refusal['error'],
  options: { accepted?: false; retryAfterSeconds?: number } = {},
): Reply => {
  const { retryAfterSeconds, ...rest } = options;
  const body: Refusal = { error, ...rest };
  return { kind: 'json', status, body, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
};

export async function sendReply(response: ServerResponse, reply: Reply): Promise<void> {
  switch (reply.kind) {
    case 'json': {
      if (reply.delaySeconds !== undefined) await passed(response, reply.delaySeconds);
      const wait = reply.retryAfterSeconds;
      response.writeHead(reply.status, {
        'content-type': 'application/json',
        ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
      });
      response.end(JSON.stringify(reply.body));
      return;
    }
    case 'lines':
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end(reply.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      return;
    case 'video': {
      const { bytes, interrupted } = reply;
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes.length });
      if (!interrupted) response.end(bytes);
      else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      return;
    }
    case 'cut':
      response.destroy();
      return;
    case 'silence':
      return;
  }
}

/** Sooner if the other side hangs up: then nobody waits. */
async function passed(response: ServerResponse, seconds: number): Promise<void> {
  if (seconds === 0) return;
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), seconds * 1_000);
  await once(response, 'close', { signal: ended.signal }).catch(() => {});
  clearTimeout(timer);
}
