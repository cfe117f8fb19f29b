import fc from 'fast-check';

/** One move of a random history. `pick` chooses among what there is, whatever its number. */
export type Step =
  | { do: 'grant'; credits: number; priority: number; hours: number | undefined; purchased: boolean }
  | { do: 'wait'; hours: number }
  | { do: 'expire' }
  | { do: 'hold'; credits: number; tags: string[] }
  | { do: 'claim' }
  | { do: 'retry'; pick: number }
  | { do: 'settle'; pick: number; share: number }
  | { do: 'release'; pick: number }
  | { do: 'refund'; pick: number; share: number }
  | { do: 'adjust'; credits: number }
  | { do: 'adopt'; pick: number; credits: number }
  | {
      do: 'budget';
      tag: string | undefined;
      period: 'total' | 'daily' | 'monthly';
      limit: number;
      action: 'alert' | 'block';
    };

const pick = fc.nat({ max: 1_000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const step = <Name extends Step['do'], Fields extends object>(
  name: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
): fc.Arbitrary<{ do: Name } & Fields> =>
  fc.tuple(fc.constant(name), fc.record(fields)).map(([verb, rest]) => ({ do: verb, ...(rest as Fields) }));

/** Random histories of one purse: every kind of move, with more holds than anything else. */
export const histories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: step('grant', {
        credits: fc.integer({ min: 1, max: 1_500 }),
        // Few values, so that every rule of the order of taking has its turn.
        priority: fc.constantFrom(0, 0, 0, 1),
        hours: fc.constantFrom(undefined, undefined, 6, 48),
        purchased: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: step('wait', { hours: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 1, arbitrary: step('expire', {}) },
    {
      weight: 6,
      arbitrary: step('hold', {
        credits: fc.integer({ min: 0, max: 600 }),
        tags: fc.subarray(['spring', 'shoes']),
      }),
    },
    { weight: 5, arbitrary: step('claim', {}) },
    { weight: 1, arbitrary: step('retry', { pick }) },
    { weight: 3, arbitrary: step('settle', { pick, share }) },
    { weight: 3, arbitrary: step('release', { pick }) },
    { weight: 2, arbitrary: step('refund', { pick, share }) },
    { weight: 2, arbitrary: step('adjust', { credits: fc.integer({ min: -400, max: 400 }) }) },
    { weight: 2, arbitrary: step('adopt', { pick, credits: fc.integer({ min: 0, max: 400 }) }) },
    {
      weight: 2,
      arbitrary: step('budget', {
        tag: fc.constantFrom(undefined, 'spring', '*'),
        period: fc.constantFrom('total' as const, 'daily' as const, 'monthly' as const),
        limit: fc.integer({ min: 0, max: 2_000 }),
        action: fc.constantFrom('alert' as const, 'block' as const),
      }),
    },
  ),
  { minLength: 20, maxLength: 40, size: 'max' },
);
