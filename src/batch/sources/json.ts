import { z } from 'zod';
import { text } from '../spec-fields.ts';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';
import { jsonItems } from './json-items.ts';
import { parseRecord } from './parse-record.ts';
import { nameOf, readText } from './read-text.ts';
import { type SourceDriver, sourceLimits } from './source.ts';

/** A list of objects, or an object with such a list in its field `items`. */
export const jsonSpec = z
  .strictObject({ driver: z.literal('json'), key, ...fileOrUrlFields, items: text('items').optional() })
  .refine(isFileOrUrl, eitherFileOrUrl);

export const jsonSource: SourceDriver<z.infer<typeof jsonSpec>> = {
  name: nameOf,
  async *records(spec, context, signal) {
    const text = readText(spec, context, signal);
    const longest = sourceLimits.recordBytes;
    for await (const item of jsonItems(text, { name: nameOf(spec), items: spec.items, longest }))
      yield parseRecord(item.text, `item ${item.number}`);
  },
};
