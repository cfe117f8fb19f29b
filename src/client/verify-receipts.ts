import type { ChainHead, Receipt, ReceiptPage } from '../contract/receipt.ts';
import { parseJson } from './parse-json.ts';
import { sha256 } from './sha256.ts';

export type ChainVerdict =
  | { whole: true; receipts: number; hash: string }
  /** `number` is of the first receipt that does not fit; what comes after it proves nothing. */
  | { whole: false; number: number; fault: string };

/**
 * Checks a chain of receipts from its beginning, trusting nothing that the server says about it: each hash is made
 * again from its body, each receipt names the one before, no number is missing, each body is about what the receipt
 * says it is about, and the chain ends where the balance says. Receipts that are written meanwhile are checked too.
 */
export async function verifyReceipts(pages: AsyncIterable<ReceiptPage>): Promise<ChainVerdict> {
  let hash = '';
  let receipts = 0;
  let head: ChainHead = { receipts: 0, hash: '' };
  for await (const page of pages) {
    head = page.head;
    for (const receipt of page.data) {
      const fault = await faultOf(receipt, { number: receipts + 1, hash });
      if (fault !== undefined) return { whole: false, number: receipts + 1, fault };
      receipts += 1;
      hash = receipt.hash;
    }
  }
  if (receipts !== head.receipts)
    return {
      whole: false,
      number: Math.min(receipts, head.receipts) + 1,
      fault: `the balance counts ${head.receipts} receipts, and there are ${receipts}`,
    };
  if (hash !== head.hash)
    return {
      whole: false,
      number: receipts,
      fault: `its hash is ${short(hash)}, and the balance names ${short(head.hash)} as the last`,
    };
  return { whole: true, receipts, hash };
}

async function faultOf(
  receipt: Receipt,
  expected: { number: number; hash: string },
): Promise<string | undefined> {
  if (receipt.number !== expected.number)
    return `it is missing: after number ${expected.number - 1} comes ${receipt.number}`;
  if (receipt.previous_hash !== expected.hash)
    return `it follows ${short(receipt.previous_hash)}, and the receipt before it is ${short(expected.hash)}`;
  const computed = await hashOfReceipt(receipt);
  if (computed !== receipt.hash)
    return `its hash is ${short(receipt.hash)}, and its text gives ${short(computed)}: it was changed`;
  return mislabelled(receipt);
}

/** SHA-256 of the previous hash, a newline and the body, as lower-case hexadecimal digits. */
export function hashOfReceipt({
  previous_hash: previous,
  body,
}: Pick<Receipt, 'previous_hash' | 'body'>): Promise<string> {
  return sha256(`${previous}\n${body}`);
}

/** What stands beside the body is not hashed, so it must be what the body says. */
function mislabelled(receipt: Receipt): string | undefined {
  const body = parseJson(receipt.body) as Record<string, unknown> | null | undefined;
  if (body === undefined) return 'its text is not JSON';
  for (const name of ['number', 'account_id', 'purse', 'generation_id'] as const)
    if (body?.[name] !== receipt[name])
      return `it is filed with the ${name} ${receipt[name]}, and its text says ${String(body?.[name])}`;
  return undefined;
}

const short = (hash: string) => (hash === '' ? 'nothing' : `${hash.slice(0, 12)}…`);
