import type { Purse } from '../domain/credits.ts';

/** Who asks. */
export interface Caller {
  accountId: string;
  keyId: string;
  purse: Purse;
}
