import { given } from './given.ts';

/** What follows the path, with its question mark; nothing where nothing is given. */
export function queryText(query: object): string {
  const text = new URLSearchParams(given(query) as Record<string, string>).toString();
  return text === '' ? '' : `?${text}`;
}
