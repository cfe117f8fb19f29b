import type { Fault } from '../../domain/errors.ts';
import type { Unread } from './read-json.ts';

/** The fields of a foreign request, taken one by one, so that what nobody has taken can be refused by name. */
export interface Fields {
  /** Its value; undefined where it is absent or null, which both leave it open. */
  take(name: string): unknown;
  /** Those of the names that are set, as they are. */
  pick(names: readonly string[]): Unread;
  /** Takes a field for which only one answer is possible here; another is refused with what to do instead. */
  expect(name: string, possible: readonly unknown[], otherwise: string): void;
  refuse(name: string, message: string): void;
  /** Every fault found, those fields included that were not taken. */
  faults(): Fault[];
}

export function openFields(body: Unread): Fields {
  const rest = new Map(Object.entries(body));
  const faults: Fault[] = [];
  const take = (name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return value ?? undefined;
  };
  const refuse = (name: string, message: string) =>
    faults.push({ pointer: `/${name}`, code: 'invalid_request', message });
  return {
    take,
    pick: (names) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const value = take(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    expect(name, possible, otherwise) {
      const value = take(name);
      if (value !== undefined && !possible.includes(value))
        refuse(name, `${name} ${JSON.stringify(value)?.slice(0, 60)} is not possible here: ${otherwise}.`);
    },
    refuse,
    faults() {
      for (const name of rest.keys()) refuse(name, `The field "${name.slice(0, 60)}" is unknown here.`);
      rest.clear();
      return faults;
    },
  };
}

/** What `/v1` takes and the other APIs do not know: every face takes it by the same name. */
export const ownFields = [
  'tags',
  'workflow',
  'batch_id',
  'end_user_id',
  'metadata',
  'priority',
  'engine',
  'simulate',
  'quote_id',
  'max_credits',
  'start_within',
  'expires_in',
  'storyboard',
] as const;
