import { z } from 'zod';
import { flag, text } from '../spec-fields.ts';

/** A feed for Google Merchant Center that gives every product its video. */
export const merchantSinkSpec = z.strictObject({
  driver: z.literal('merchant'),
  path: text('path').regex(/\.(xml|tsv)$/i, { error: 'path must end in .xml or .tsv.' }),
  /** Columns of the source that are written as attributes of their name; none makes a supplemental feed. */
  attributes: z
    .array(
      z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, { error: 'attributes must be names such as image_link.' }),
    )
    .default([]),
  allow_local: flag('allow_local'),
});
