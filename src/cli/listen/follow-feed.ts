import { type Client, KinoraError } from '../../client/index.ts';
import type { EventFeed, KinoraEvent } from '../../contract/webhook.ts';
import type { Output } from '../output.ts';
import { oneLine } from '../text-width.ts';
import type { Forwarded } from './forward-event.ts';

interface Following {
  client: Client;
  types: readonly string[] | undefined;
  since: string | undefined;
  forward: ((event: KinoraEvent, signal: AbortSignal) => Promise<Forwarded>) | undefined;
  output: Output;
  signal: AbortSignal;
}

const waitSeconds = 20;

/** Shows every event once, in order, until `signal` aborts. Goes on at its cursor when the server was away for a while. */
export async function followFeed({
  client,
  types,
  since,
  forward,
  output,
  signal,
}: Following): Promise<never> {
  const filter = types === undefined ? {} : { types };
  let query: { cursor: string } | { since: string } = since === undefined ? { cursor: 'end' } : { since };
  const read = async (wait: number): Promise<EventFeed> => {
    for (;;)
      try {
        return await client.events.list({ ...query, ...filter, wait }, { signal });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof KinoraError && error.retryable)) throw error;
        output.note(`${error.message} Trying again; nothing is missed.`);
      }
  };
  for (;;) {
    const page = await read(waitSeconds);
    for (const event of page.data) {
      const forwarded = forward === undefined ? undefined : await forward(event, signal);
      output.data(forwarded === undefined ? event : { ...event, forwarded });
      output.line(lineOf(event, forwarded, output));
    }
    query = { cursor: page.next_cursor };
  }
}

function lineOf(
  { type, timestamp, data }: KinoraEvent,
  forwarded: Forwarded | undefined,
  output: Output,
): string {
  const { style } = output;
  const about = [data['id'], data['name'], data['endpoint_id']].find((id) => typeof id === 'string');
  const answer =
    forwarded === undefined
      ? ''
      : 'status' in forwarded
        ? `  ${forwarded.status < 300 ? style.good(String(forwarded.status)) : style.bad(String(forwarded.status))}`
        : `  ${style.bad(forwarded.problem)}`;
  return `${style.faint(timestamp.slice(11, 19))}  ${type.padEnd(22)}  ${oneLine(String(about ?? ''))}${answer}`;
}
