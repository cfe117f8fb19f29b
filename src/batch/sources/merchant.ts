import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';
import { lookAhead } from './look-ahead.ts';
import { addImages, merchantXml } from './merchant-xml.ts';
import { nameOf, readText } from './read-text.ts';
import type { RawRecord, SourceDriver } from './source.ts';
import { tableRecords } from './table-records.ts';

/** A product feed as Google Merchant Center takes it: RSS or Atom with its namespace, or text with tabs. */
export const merchantSpec = z
  .strictObject({
    driver: z.literal('merchant'),
    key: key.default('id'),
    ...fileOrUrlFields,
    /** By the first sign of the text when absent. */
    format: z.enum(['xml', 'tsv'], { error: 'format must be xml or tsv.' }).optional(),
  })
  .refine(isFileOrUrl, eitherFileOrUrl);

type MerchantSpec = z.infer<typeof merchantSpec>;

export const merchantSource: SourceDriver<MerchantSpec> = {
  name: nameOf,
  async *records(spec, context, signal) {
    const { beginning, whole } = await lookAhead(readText(spec, context, signal), 100);
    const format = spec.format ?? (beginning.trimStart().startsWith('<') ? 'xml' : 'tsv');
    yield* format === 'xml' ? merchantXml(whole, nameOf(spec)) : merchantTsv(whole, spec);
  },
};

/** Lists in a cell are divided by commas; a comma of an address is written %2C. */
async function* merchantTsv(
  text: AsyncIterable<string>,
  spec: MerchantSpec,
): AsyncGenerator<RawRecord, void, undefined> {
  const columnName = (name: string) =>
    name
      .replace(/^[gc]:/, '')
      .toLowerCase()
      .replaceAll(' ', '_');
  for await (const record of tableRecords(text, {
    name: nameOf(spec),
    delimiter: '\t',
    key: spec.key,
    columnName,
  })) {
    if ('fault' in record) yield record;
    else {
      const { place, values } = record;
      const { additional_image_link: more } = values;
      const list = typeof more === 'string' ? more.split(',').map((link) => link.trim()) : [];
      yield {
        place,
        values: addImages(
          list.length === 0
            ? values
            : { ...values, additional_image_link: list.filter((link) => link !== '') },
        ),
      };
    }
  }
}
