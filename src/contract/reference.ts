import { z } from '@hono/zod-openapi';
import { type ReferenceRole, referenceRoles } from '../domain/request.ts';

const fileIdPattern = /^file_[0-9a-z]{24}$/;
const aliasPattern = /^[\p{L}_][\p{L}\p{N}_-]{0,39}$/u;
const numberedTagPattern = /^(image|video|audio)\d+$/i;

/** Where a reference comes from, as parsed. */
export type ReferenceSource =
  | { from: 'url'; url: string }
  | { from: 'file'; fileId: string }
  | { from: 'data'; dataUrl: string };

/** One reference as the caller gave it. */
export interface GivenReference {
  source: ReferenceSource;
  role: ReferenceRole | undefined;
  alias: string | undefined;
  /** Of the person that it shows. */
  consentId: string | undefined;
  /** Which bytes are meant; others are refused. */
  sha256?: string | undefined;
}

export const sourceTextSchema = z
  .string()
  .max(45_000_000)
  .refine((text) => parseSource(text) !== undefined, {
    error: (issue) =>
      `"${String(issue.input).slice(0, 60)}" is not a reference: give an http(s) URL, a data URL (data:image/png;base64,…) or the id of an uploaded file (file_…).`,
  });

export const referenceObjectSchema = z.strictObject({
  url: sourceTextSchema
    .optional()
    .openapi({ description: 'An http(s) URL that anybody can read, or a data URL.' }),
  file_id: z
    .string()
    .regex(fileIdPattern, {
      error: 'file_id must be the id of an uploaded file, such as file_… from POST /v1/files.',
    })
    .optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'sha256 must have 64 hex digits in lower case.' })
    .optional()
    .openapi({ description: 'Which bytes are meant: with others behind it the request is refused.' }),
  role: z.enum(referenceRoles).optional().openapi({ description: 'What it is for; guessed when absent.' }),
  alias: z
    .string()
    .regex(aliasPattern, {
      error: 'alias must be a word of at most 40 letters, digits, _ or -, beginning with a letter.',
    })
    .refine((alias) => !numberedTagPattern.test(alias), {
      error: 'alias must not look like the tags that exist already, such as Image1.',
    })
    .optional()
    .openapi({
      description: 'A name for the prompt: alias "hero" is written @hero.',
      example: 'hero',
      pattern: aliasPattern.source,
    }),
  consent_id: z
    .string()
    .regex(/^con_[0-9a-z]{24}$/, {
      error: 'consent_id is the id of a consent, such as con_… from POST /v1/consents.',
    })
    .optional()
    .openapi({
      description:
        'What the person in it has agreed to; makes its role `person`. A photo that came through a consent link has its own.',
    }),
});

/** A URL, a data URL or a file id; or an object that also says its role and alias. */
export const referenceSchema = z
  .union([sourceTextSchema, referenceObjectSchema])
  .openapi('Reference', { example: 'https://example.com/mug-front.jpg' });

/** The parsed form. Undefined for an object that names no source, or two. */
export function givenReference(wire: z.infer<typeof referenceSchema>): GivenReference | undefined {
  if (typeof wire === 'string') {
    const source = parseSource(wire);
    return source === undefined
      ? undefined
      : { source, role: undefined, alias: undefined, consentId: undefined };
  }
  if ((wire.url === undefined) === (wire.file_id === undefined)) return undefined;
  const source = parseSource(wire.url ?? wire.file_id ?? '');
  if (source === undefined) return undefined;
  const { alias, consent_id: consentId, sha256 } = wire;
  const role = wire.role ?? (consentId === undefined ? undefined : 'person');
  return { source, role, alias, consentId, sha256 };
}

function parseSource(text: string): ReferenceSource | undefined {
  if (fileIdPattern.test(text)) return { from: 'file', fileId: text };
  if (/^data:/i.test(text)) return { from: 'data', dataUrl: text };
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return { from: 'url', url: text };
  return undefined;
}
