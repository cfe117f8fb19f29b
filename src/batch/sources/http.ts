import { z } from 'zod';
import { shown } from '../ask-patiently.ts';
import { headers, text, webAddress, wholeNumber } from '../spec-fields.ts';
import { key } from './file-or-url.ts';
import { pages } from './pages.ts';
import { asRecord } from './parse-record.ts';
import type { SourceDriver } from './source.ts';

/** JSON that is asked for page by page. Fields of an answer are named by their path: `paging.next`. */
export const httpSpec = z
  .strictObject({
    driver: z.literal('http'),
    key,
    url: webAddress('url'),
    /** Where the list of records is; the answer itself when absent. */
    items: text('items').optional(),
    /** Where the address of the next page is; `link-header` for RFC 8288. */
    next: text('next').optional(),
    /** Pages are numbered in the query; the first empty one is the last. */
    page: z
      .strictObject({
        parameter: text('page.parameter').default('page'),
        first: wholeNumber('page.first', 0, 1_000_000).default(1),
      })
      .optional(),
    /** Each answer says, at `path`, what `parameter` of the query must be for the next. */
    cursor: z.strictObject({ parameter: text('cursor.parameter'), path: text('cursor.path') }).optional(),
    headers,
    /** For one answer, its last byte included. */
    timeout_seconds: wholeNumber('timeout_seconds', 1, 600).default(30),
    max_pages: wholeNumber('max_pages', 1, 1_000_000).default(10_000),
  })
  .refine(({ next, page, cursor }) => [next, page, cursor].filter((way) => way !== undefined).length <= 1, {
    error: 'give one of next, page and cursor.',
  });

export const httpSource: SourceDriver<z.infer<typeof httpSpec>> = {
  name: ({ url }) => shown(new URL(url)),
  async *records(spec, context, signal) {
    let page = 1;
    for await (const items of pages(spec, context, signal)) {
      for (const [index, item] of items.entries()) yield asRecord(item, `page ${page}, item ${index + 1}`);
      page += 1;
    }
  },
};
