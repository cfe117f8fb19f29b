import type { Delivery, DeliveryDetail, Endpoint } from '../contract/webhook.ts';
import type { Output } from './output.ts';
import { oneLine } from './text-width.ts';

export const endpointColumns = [
  { head: 'ID', cell: ({ id }: Endpoint) => id },
  { head: 'URL', cell: ({ url }: Endpoint) => oneLine(url) },
  {
    head: 'EVENTS',
    cell: ({ events }: Endpoint) => (events.length > 2 ? `${events.length} types` : events.join(', ')),
  },
  {
    head: '',
    cell: ({ disabled_by: by, failing_since: since }: Endpoint) =>
      by !== null ? `disabled: ${by}` : since === null ? '' : `failing since ${minute(since)}`,
  },
] as const;

export const deliveryColumns = [
  { head: 'ID', cell: ({ id }: Delivery) => id },
  { head: 'MADE', cell: ({ created_at: at }: Delivery) => minute(at) },
  { head: 'EVENT', cell: ({ type }: Delivery) => type },
  { head: 'TO', cell: ({ url }: Delivery) => oneLine(url) },
  { head: 'TRIES', align: 'right', cell: ({ tries }: Delivery) => String(tries) },
  { head: 'STATE', cell: (delivery: Delivery) => stateText(delivery) },
] as const;

function stateText({ state, next_try_at: next, last_error: error }: Delivery): string {
  if (state === 'delivered') return 'delivered';
  const why = error === null ? '' : `: ${oneLine(error)}`;
  return state === 'failed' ? `given up${why}` : `next try ${next === null ? 'now' : minute(next)}${why}`;
}

/** What was sent and what came back, try by try. */
export function printDelivery(output: Output, delivery: DeliveryDetail): void {
  const { style } = output;
  output.line(
    `${style.strong(delivery.type)}  ${style.faint(delivery.event_id)}  to ${oneLine(delivery.url)}`,
  );
  output.line(`  ${stateText(delivery)}`);
  for (const { number, started_at, duration_ms, result, message, response } of delivery.log) {
    const answer = response === null ? result.replaceAll('_', ' ') : String(response.status);
    output.line(`  ${number}. ${minute(started_at)}  ${answer} after ${duration_ms} ms`);
    if (message !== null) output.line(`     ${style.faint(oneLine(message))}`);
    if (response !== null && response.body !== '')
      output.line(`     ${style.faint(oneLine(response.body).slice(0, 200))}`);
  }
}

const minute = (at: string) => at.slice(0, 16).replace('T', ' ');
