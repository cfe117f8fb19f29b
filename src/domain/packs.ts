/** Credits that are sold together. */
export interface Pack {
  /** How people and programs name it. */
  name: string;
  priceUsdCents: number;
  credits: number;
}

/** What is sold unless the operator says otherwise (I6, R49). */
export const standardPacks: readonly Pack[] = [{ name: 'Max', priceUsdCents: 10_000, credits: 12_000 }];

/** By its name, whatever the case of its letters. */
export function findPack(packs: readonly Pack[], name: string): Pack | undefined {
  return packs.find((pack) => pack.name.toLowerCase() === name.toLowerCase());
}
