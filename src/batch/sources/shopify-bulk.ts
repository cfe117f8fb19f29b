import type { JsonObject } from '../../domain/json.ts';
import { parseRecord } from './parse-record.ts';
import { type RawRecord, sourceLimits } from './source.ts';
import { textLines } from './text-lines.ts';

/**
 * The products of a bulk export of the Admin API: a line each, their variants and pictures as lines of their own that
 * name them as `__parentId` and come right after them.
 */
export async function* shopifyBulk(text: AsyncIterable<string>): AsyncGenerator<RawRecord, void, undefined> {
  let product:
    | { place: string; values: JsonObject; variants: JsonObject[]; images: JsonObject[] }
    | undefined;
  const whole = ({ place, values, variants, images }: NonNullable<typeof product>): RawRecord => ({
    place,
    values: {
      ...values,
      ...(variants.length > 0 ? { variants } : {}),
      ...(images.length > 0 ? { images } : {}),
    },
  });
  for await (const line of textLines(text, { longest: sourceLimits.recordBytes })) {
    if (line.text?.trim() === '') continue;
    const record = parseRecord(line.text, `line ${line.number}`);
    if ('fault' in record) {
      yield record;
      continue;
    }
    const { values, place } = record;
    const { __parentId: parent, id } = values;
    if (parent === undefined) {
      if (product !== undefined) yield whole(product);
      product = { place, values, variants: [], images: [] };
    } else if (product === undefined || parent !== product.values['id'])
      yield {
        place,
        fault: `it belongs to ${JSON.stringify(parent).slice(0, 60)}, which does not come right before it. Export with groupObjects: true.`,
      };
    else if (typeof id === 'string' && id.includes('/ProductVariant/')) product.variants.push(values);
    else product.images.push(values);
  }
  if (product !== undefined) yield whole(product);
}
