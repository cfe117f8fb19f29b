import { createHash } from 'node:crypto';

/** The id that the server is to know an attempt's job by: a UUID, the same whenever it is asked for. */
export function promptIdOf(attemptId: string): string {
  const hex = createHash('sha256').update(attemptId).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
