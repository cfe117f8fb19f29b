import { z } from 'zod';
import { headers, text, webAddress } from '../spec-fields.ts';
import { sourceLimits } from './source.ts';

/** What every source has that is read as one text. */
export const fileOrUrlFields = {
  path: text('path').optional(),
  url: webAddress('url').optional(),
  headers,
};

export interface FileOrUrl {
  path?: string | undefined;
  url?: string | undefined;
  headers: Record<string, string>;
}

export const isFileOrUrl = ({ path, url }: Pick<FileOrUrl, 'path' | 'url'>) =>
  (path === undefined) !== (url === undefined);

export const eitherFileOrUrl = { error: 'give path or url, and not both.' };

/** The column whose value names a row. */
export const key = z
  .string({ error: 'key must name a column.' })
  .min(1, { error: 'key must not be empty.' })
  .max(sourceLimits.keyCharacters, { error: `key has at most ${sourceLimits.keyCharacters} characters.` });
