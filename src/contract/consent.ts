import { z } from '@hono/zod-openapi';
import { consentChannels, consentStates, mostPhotos } from '../domain/consent.ts';
import { remainderReasons, tombstoneKinds } from '../domain/deletion-certificate.ts';
import { page } from './query.ts';
import { isStorable, text } from './text.ts';

const word = (name: string, most = 200) =>
  text(name)
    .trim()
    .min(1, { error: `${name} must not be empty.` })
    .max(most, { error: `${name} has at most ${most} characters.` });

const person = word('person').openapi({
  description: 'Your own id of the person: no name and no address is needed.',
  example: 'user-1841',
});

const textVersion = word('text_version').openapi({
  description: 'Which version of your consent text it is.',
  example: 'cards-2026-11',
});

const agreedText = text('text')
  .min(1, { error: 'text must not be empty.' })
  .max(20_000, { error: 'text has at most 20,000 characters.' });

const sha256 = (name: string) =>
  z.string().regex(/^[0-9a-f]{64}$/, { error: `${name} is a SHA-256 as 64 lower-case hexadecimal digits.` });

const moment = (name: string) =>
  z.iso
    .datetime({ offset: true, error: `${name} must be a time such as 2026-11-28T10:00:00Z.` })
    .refine((time) => Date.parse(time) >= 0, { error: `${name} must be a time after 1970.` });

const some = (name: string) =>
  z
    .array(word(`one of ${name}`), { error: `${name} must be a list.` })
    .min(1, { error: `${name} must not be empty; leave it out for any.` })
    .max(20, { error: `${name} takes at most 20.` });

const scopeSchema = z
  .strictObject({
    purposes: some('purposes').openapi({
      description: 'What it is for, as you have told the person. Kept and shown; it decides nothing.',
      example: ['birthday card'],
    }),
    engines: some('engines')
      .optional()
      .openapi({ description: 'Who may make the video; absent: any engine.', example: ['local'] }),
    workflows: some('workflows')
      .optional()
      .openapi({ description: 'What it may be made for; absent: anything.', example: ['greeting-cards'] }),
  })
  .openapi('ConsentScope');

const minor = z
  .boolean({ error: 'minor must be true or false.' })
  .default(false)
  .refine((isMinor) => !isMinor, {
    error: 'minor: pictures of people under 18 are not taken, with or without a consent.',
  })
  .openapi({ description: 'true is refused: pictures of people under 18 are not taken.' });

export const newConsentSchema = z
  .strictObject({
    person,
    text_version: textVersion,
    text: agreedText
      .optional()
      .openapi({ description: 'What the person has agreed to, word for word; or its hash as text_sha256.' }),
    text_sha256: sha256('text_sha256').optional(),
    scope: scopeSchema,
    channel: z
      .enum(consentChannels, { error: `channel must be one of ${consentChannels.join(', ')}.` })
      .refine((channel) => channel !== 'page', {
        error: 'channel: "page" is written by our own page alone; make a link with POST /v1/consent-links.',
      })
      .openapi({ description: 'How it was given. "page" is written by our own page alone.', example: 'app' }),
    given_at: moment('given_at').openapi({ description: 'When the person has agreed.' }),
    expires_at: moment('expires_at').optional().openapi({ description: 'Absent: until it is revoked.' }),
    evidence_sha256: sha256('evidence_sha256')
      .optional()
      .openapi({ description: 'Of whatever proves it, which you keep: a form, a recording.' }),
    evidence_file_id: z
      .string()
      .regex(/^file_[0-9a-z]{24}$/, { error: 'evidence_file_id is the id of an uploaded file.' })
      .optional()
      .openapi({ description: 'Or a file of this account that proves it; its hash is written down.' }),
    minor,
  })
  .refine((body) => (body.text === undefined) !== (body.text_sha256 === undefined), {
    error: 'Give text or text_sha256, one of the two.',
    path: ['text'],
  })
  .openapi('NewConsent');

export type NewConsent = z.input<typeof newConsentSchema>;

const scopeShown = z.object({
  purposes: z.array(z.string()),
  engines: z.array(z.string()).nullable(),
  workflows: z.array(z.string()).nullable(),
});

export const consentSchema = z
  .object({
    id: z.string().openapi({ example: 'con_0123456789abcdefghjkmnpq' }),
    object: z.literal('consent'),
    state: z.enum(consentStates),
    person: z.string(),
    text_version: z.string(),
    text_sha256: z.string(),
    scope: scopeShown,
    channel: z.enum(consentChannels),
    given_at: z.string(),
    expires_at: z.string().nullable(),
    evidence_sha256: z.string().nullable(),
    evidence_file_id: z.string().nullable(),
    recorded_by: z
      .string()
      .openapi({ description: 'The key that recorded it, or the link whose page it was given on.' }),
    files: z.array(z.string()).openapi({ description: 'The files that stand for this person now.' }),
    created_at: z.string(),
    revocation: z
      .object({
        at: z.string(),
        by: z.string(),
        reason: z.string().nullable(),
        erased_at: z.string().nullable().openapi({
          description: 'When the certificate was written; null while it is still being worked on.',
        }),
        certificate_id: z.string().nullable(),
      })
      .nullable(),
  })
  .openapi('Consent');

export type Consent = z.infer<typeof consentSchema>;

export const consentPageSchema = z
  .object({ object: z.literal('list'), data: z.array(consentSchema), next_cursor: z.string().nullable() })
  .openapi('ConsentPage');

export type ConsentPage = z.infer<typeof consentPageSchema>;

export const consentQuerySchema = z.object({
  person: z.string().max(200).optional(),
  state: z.enum(consentStates, { error: `state must be one of ${consentStates.join(', ')}.` }).optional(),
  ...page(50, 200),
});

export const revocationSchema = z
  .strictObject({
    reason: text('reason')
      .max(500, { error: 'reason has at most 500 characters.' })
      .optional()
      .openapi({ description: 'For your records.', example: 'asked for by mail' }),
  })
  .openapi('ConsentRevocation');

const isWebAddress = (address: string) => {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
};

export const newConsentLinkSchema = z
  .strictObject({
    person,
    text_version: textVersion,
    text: agreedText.openapi({
      description: 'What the page asks the person to agree to. Plain text; an empty line begins a paragraph.',
      example:
        'I agree that my photos are used to make one birthday video for me.\n\nI can take this back at any time.',
    }),
    scope: scopeSchema,
    requester: word('requester', 100)
      .optional()
      .openapi({ description: 'Who asks, as the page says it. Default: the name of the account.' }),
    language: z
      .enum(['en', 'de'], { error: 'language must be en or de.' })
      .default('en')
      .openapi({ description: 'Of the page around your text.' }),
    min_photos: z
      .int({ error: 'min_photos must be a whole number.' })
      .min(1, { error: 'min_photos is at least 1.' })
      .max(mostPhotos, { error: `min_photos is at most ${mostPhotos}.` })
      .default(1),
    max_photos: z
      .int({ error: 'max_photos must be a whole number.' })
      .min(1, { error: 'max_photos is at least 1.' })
      .max(mostPhotos, { error: `max_photos is at most ${mostPhotos}.` })
      .default(mostPhotos),
    valid_days: z
      .int({ error: 'valid_days must be a whole number of days.' })
      .min(1, { error: 'valid_days is at least 1.' })
      .max(3_650, { error: 'valid_days is at most 3,650.' })
      .optional()
      .openapi({ description: 'How long the consent holds; absent: until it is revoked.' }),
    expires_in: z
      .int({ error: 'expires_in must be a whole number of seconds.' })
      .min(60, { error: 'expires_in is at least 60 s.' })
      .max(604_800, { error: 'expires_in is at most 604,800 s, a week.' })
      .default(3_600)
      .openapi({ description: 'How long the page is there, in seconds.' }),
    return_url: z
      .url({ protocol: /^https?$/, error: 'return_url must be an http(s) URL.' })
      .max(2_000, { error: 'return_url has at most 2,000 characters.' })
      .refine((address) => isStorable(address) && isWebAddress(address), {
        error: 'return_url must be an http(s) URL without a user name.',
      })
      .optional()
      .openapi({ description: 'Where the page leads back to.', example: 'https://cards.example/thanks' }),
    minor,
  })
  .refine((body) => body.min_photos <= body.max_photos, {
    error: 'min_photos must not be more than max_photos.',
    path: ['min_photos'],
  })
  .openapi('NewConsentLink');

export type NewConsentLink = z.input<typeof newConsentLinkSchema>;

export const consentLinkSchema = z
  .object({
    id: z.string().openapi({ example: 'clk_0123456789abcdefghjkmnpq' }),
    object: z.literal('consent_link'),
    person: z.string(),
    text_version: z.string(),
    scope: scopeShown,
    min_photos: z.number().int(),
    max_photos: z.number().int(),
    expires_at: z.string(),
    created_at: z.string(),
    consent_id: z.string().nullable().openapi({ description: 'Null until the person has agreed.' }),
    files: z.array(z.string()).openapi({ description: 'The photos that came through it.' }),
  })
  .openapi('ConsentLink');

export type ConsentLink = z.infer<typeof consentLinkSchema>;

export const createdConsentLinkSchema = consentLinkSchema
  .extend({
    url: z
      .string()
      .openapi({ description: 'The page, for this one person. Shown this once and never again.' }),
  })
  .openapi('CreatedConsentLink');

export type CreatedConsentLink = z.infer<typeof createdConsentLinkSchema>;

const sentence = z.string().openapi({ description: 'In words, for people.' });

export const certificateBodySchema = z
  .object({
    id: z.string().openapi({ example: 'cert_0123456789abcdefghjkmnpq' }),
    issuer: z.string().openapi({ description: 'The address of the Kinora that has signed it.' }),
    account_id: z.string(),
    consent: z.object({
      id: z.string(),
      person: z.string(),
      text_version: z.string(),
      text_sha256: z.string(),
      given_at: z.string(),
    }),
    revoked_at: z.string(),
    revoked_by: z.string(),
    finished_at: z.string(),
    stopped: z.object({
      generations: z.array(z.string()).openapi({ description: 'Videos that were waiting or being made.' }),
      batch_rows: z.number().int().openapi({ description: 'Rows that had not begun.' }),
    }),
    deleted: z.array(
      z.object({
        what: z.enum(tombstoneKinds),
        name: z.string().openapi({ description: 'The id of the file, or of the link.' }),
        sha256: z.string(),
        generation_id: z.string().nullable(),
        gone_at: z.string().openapi({ description: 'Since when every address of it answers 410.' }),
        bytes_gone_at: z.string().nullable().openapi({ description: 'Null: see not_deleted.' }),
      }),
    ),
    not_deleted: z.array(
      z.object({
        reason: z.enum(remainderReasons),
        about: z.string().openapi({ description: 'A hash, an engine or an id.' }),
        generation_id: z.string().nullable(),
        explanation: sentence,
      }),
    ),
  })
  .openapi('DeletionCertificateBody');

export const certificateSchema = z
  .object({
    object: z.literal('deletion_certificate'),
    certificate: certificateBodySchema,
    signature: z.object({
      algorithm: z.literal('Ed25519'),
      key_id: z.string(),
      public_key: z.string().openapi({
        description: 'The x of its JSON Web Key; the keys of this server are at /.well-known/jwks.json.',
      }),
      value: z.string().openapi({
        description:
          'base64url, of "kinora-deletion-certificate/1", a newline and the certificate as canonical JSON (RFC 8785).',
      }),
    }),
  })
  .openapi('DeletionCertificate');

export type DeletionCertificate = z.infer<typeof certificateSchema>;
