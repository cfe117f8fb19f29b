import { randomBytes } from 'node:crypto';

export type IdPrefix =
  | 'acc'
  | 'key'
  | 'file'
  | 'gen'
  | 'lease'
  | 'att'
  | 'batch'
  | 'budget'
  | 'grant'
  | 'pay'
  | 'hook'
  | 'route'
  | 'upt'
  | 'place'
  | 'rec'
  | 'wf'
  | 'run'
  | 'con'
  | 'clk'
  | 'cert';

// Crockford's alphabet without I, L, O and U: no two characters look alike.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A typed random id of 120 bits, such as `gen_5j8s…` (24 characters after the prefix). */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomText(24)}`;
}

/** Random letters and digits, 5 bits each. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte & 31]).join('');
}
