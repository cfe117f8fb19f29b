/** Live credits buy work on any engine; test credits belong to test keys and cannot leave them. */
export const purses = ['live', 'test'] as const;

export type Purse = (typeof purses)[number];

export const entryKinds = [
  'grant',
  'hold',
  'settle',
  'release',
  'expire',
  'adjust',
  'refund',
  'adopt',
] as const;

export type EntryKind = (typeof entryKinds)[number];

/** What an account has in one purse, in whole credits. Neither can be negative. */
export interface Balance {
  available: number;
  held: number;
}

/**
 * One line of the ledger. Double entry: what leaves `available` arrives in `held` or at the counterpart (Kinora's
 * side, which issues and earns), so the three always sum to zero.
 */
export interface Entry {
  kind: EntryKind;
  available: number;
  held: number;
  counterpart: number;
}

export const grant = (credits: number): Entry => entry('grant', credits, 0, -credits);

export const hold = (credits: number): Entry => entry('hold', -credits, credits, 0);

/** Takes `charged` of what was held and gives the rest back. */
export const settleHold = (held: number, charged: number): Entry =>
  entry('settle', held - charged, -held, charged);

export const releaseHold = (held: number): Entry => entry('release', held, -held, 0);

export function applyEntry(balance: Balance, { available, held }: Entry): Balance {
  return { available: balance.available + available, held: balance.held + held };
}

// `+ 0` turns -0 into 0, so that an entry of nothing is plainly nothing.
function entry(kind: EntryKind, available: number, held: number, counterpart: number): Entry {
  return { kind, available: available + 0, held: held + 0, counterpart: counterpart + 0 };
}
