import { KinoraError } from '../../client/index.ts';
import { type Receipt, type ReceiptBody, receiptBodySchema } from '../../contract/receipt.ts';
import type { Style } from '../style.ts';

/** A receipt as a person reads it, as lines. */
export function receiptLines(receipt: Receipt, style: Style): string[] {
  const body = bodyOf(receipt);
  const { end, hold, quote } = body;
  return [
    style.strong(`Receipt ${receipt.number} · ${titles[end.kind]}`),
    ...rows(style, [
      ['generation', receipt.generation_id],
      ['account', `${receipt.account_id} (${receipt.purse} credits)`],
      ['what', `${body.requested_seconds} s of ${body.endpoint} by ${body.engine}, ${body.model}`],
      ['price book', body.price_book],
      ...(quote === null
        ? []
        : [['quoted', `${credits(quote.credits)}, valid until ${moment(quote.expires_at)}`] as const]),
      ['held', `${credits(hold.credits)} ($${(hold.usd_cents / 100).toFixed(2)}) on ${moment(hold.at)}`],
      ...body.attempts.map(
        (attempt, index) => [index === 0 ? 'attempts' : '', attemptText(attempt)] as const,
      ),
      ['delivered', body.output === null ? 'nothing' : `${body.output.durationSeconds ?? 0} s, measured`],
      ['charged', credits(end.charged)],
      ['given back', credits(end.returned)],
      ['because', `${end.reason}, on ${moment(end.at)}`],
      ['hash', receipt.hash],
      ['follows', receipt.previous_hash === '' ? 'nothing: it is the first' : receipt.previous_hash],
    ]),
  ];
}

const titles = {
  settle: 'delivered and charged',
  release: 'ended, everything given back',
  refund: 'refunded',
  adopt: 'late output adopted',
} as const satisfies Record<ReceiptBody['end']['kind'], string>;

function bodyOf(receipt: Receipt): ReceiptBody {
  const parsed = receiptBodySchema.safeParse(JSON.parse(receipt.body));
  if (parsed.success) return parsed.data;
  throw new KinoraError(
    'unexpected_answer',
    `The receipt ${receipt.number} says things that cannot be read here.`,
    {
      hint: 'Is the server newer than this command? --json prints it as it is.',
    },
  );
}

function attemptText(attempt: ReceiptBody['attempts'][number]): string {
  const { engine, result, provider_billed_seconds: seconds, provider_cost_micro_usd: cost } = attempt;
  const billed = seconds === null ? [] : [`${seconds} s used`];
  const paid = cost === null ? [] : [`cost us $${(cost / 1_000_000).toFixed(4)}`];
  return [`${engine}: ${result ?? 'never ended'}`, ...billed, ...paid].join(', ');
}

function rows(style: Style, lines: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `  ${style.faint(name.padEnd(width))}   ${value}`);
}

const credits = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'credit' : 'credits'}`;

const moment = (text: string) => `${new Date(text).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
