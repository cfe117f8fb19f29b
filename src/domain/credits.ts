/** Live credits buy work on any engine; test credits belong to test keys and cannot leave them. */
export const purses = ['live', 'test'] as const;

export type Purse = (typeof purses)[number];

/**
 * What an entry of the ledger is for. Double entry: what leaves `available` arrives in `held` or at the counterpart
 * (Kinora's side, which issues and earns), so the three always sum to zero.
 */
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

/** Where grants come from. */
export const grantSources = ['signup', 'operator', 'pack', 'adjustment'] as const;

export type GrantSource = (typeof grantSources)[number];

/** What an account has in one purse, in whole credits. Neither can be negative. */
export interface Balance {
  available: number;
  held: number;
}

/** What can be wrong with the books. */
export const imbalanceKinds = [
  'balance',
  'hold',
  'end',
  'charge',
  'adoption',
  'refund',
  'grant',
  'grants of a balance',
  'budget',
  'receipts',
] as const;

export type ImbalanceKind = (typeof imbalanceKinds)[number];
