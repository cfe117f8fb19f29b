import { z } from '@hono/zod-openapi';
import { entryKinds } from '../domain/credits.ts';
import { alertSettings, alertSettingsSchema } from './alert-settings.ts';
import { text } from './text.ts';

const balanceSchema = z.object({
  available: z.number().int(),
  held: z.number().int().openapi({ description: 'Set aside for videos in the making.' }),
});

export const creditsSchema = z
  .object({
    object: z.literal('credits'),
    account_id: z.string(),
    live: balanceSchema,
    test: balanceSchema.openapi({ description: 'Test keys spend these only.' }),
  })
  .openapi('Credits');

const name = text('name')
  .trim()
  .min(1, { error: 'name must not be empty.' })
  .max(200, { error: 'name has at most 200 characters.' });

const concurrencyLimit = z.int().min(1, { error: 'concurrency_limit is at least 1.' }).max(10_000);

const timeZone = z
  .string()
  .refine((zone) => isTimeZone(zone), { error: 'time_zone must be an IANA name such as Europe/Oslo.' });

export const newAccountSchema = z
  .strictObject({
    name,
    concurrency_limit: concurrencyLimit
      .optional()
      .openapi({ description: 'Videos in the making at once. Default 10.' }),
    time_zone: timeZone
      .optional()
      .openapi({ description: 'For daily figures. Default UTC.', example: 'Europe/Oslo' }),
  })
  .openapi('NewAccount');

const ownSettings = { time_zone: timeZone.optional(), ...alertSettings };

const changesSomething = (change: object) => Object.values(change).some((value) => value !== undefined);

export const accountChangeSchema = z
  .strictObject({ name: name.optional(), concurrency_limit: concurrencyLimit.optional(), ...ownSettings })
  .refine(changesSomething, { error: 'Say what is to change, such as concurrency_limit.' })
  .openapi('AccountChange');

/** What an owner may change of its own account; what it may use at once is the operator's to say. */
export const ownAccountChangeSchema = z
  .strictObject(ownSettings)
  .refine(changesSomething, { error: 'Say what is to change, such as alert_email.' })
  .openapi('OwnAccountChange');

export const accountSchema = z
  .object({
    id: z.string(),
    object: z.literal('account'),
    name: z.string(),
    concurrency_limit: z.number().int(),
    time_zone: z.string(),
    ...alertSettingsSchema.shape,
    created_at: z.string(),
    credits: creditsSchema,
  })
  .openapi('Account');

export type Account = z.infer<typeof accountSchema>;

export const accountListSchema = z
  .object({ object: z.literal('list'), data: z.array(accountSchema) })
  .openapi('AccountList');

export const grantRequestSchema = z
  .strictObject({
    credits: z
      .int({ error: 'credits must be a whole number.' })
      .min(1, { error: 'credits must be at least 1.' })
      .max(1_000_000_000, { error: 'credits is at most 1,000,000,000 a grant.' }),
    purse: z.enum(['live', 'test']).default('live'),
    reason: text('reason').min(1).max(500).default('granted by the operator'),
    priority: z
      .int({ error: 'priority must be a whole number.' })
      .min(-1_000, { error: 'priority is from -1000 to 1000.' })
      .max(1_000, { error: 'priority is from -1000 to 1000.' })
      .optional()
      .openapi({ description: 'Lower is taken earlier. Default 0.' }),
    expires_at: z.iso
      .datetime({ offset: true, error: 'expires_at must be a time such as 2027-01-31T00:00:00Z.' })
      .optional()
      .openapi({ description: 'When what is left of it is gone. Absent: never.' }),
  })
  .openapi('GrantRequest');

export const grantSchema = z
  .object({
    object: z.literal('grant'),
    id: z.string(),
    account_id: z.string(),
    purse: z.enum(['live', 'test']),
    credits: z.number().int(),
    reason: z.string(),
    created_at: z.string(),
  })
  .openapi('Grant');

export type Grant = z.infer<typeof grantSchema>;

export const ledgerEntrySchema = z
  .object({
    id: z.number().int(),
    kind: z.enum(entryKinds),
    generation_id: z.string().nullable(),
    available: z.number().int(),
    held: z.number().int(),
    reason: z.string(),
    created_at: z.string(),
  })
  .openapi('LedgerEntry');

export const ledgerPageSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(ledgerEntrySchema),
    next_cursor: z.string().nullable(),
  })
  .openapi('LedgerPage');

export const newKeySchema = z
  .strictObject({
    account_id: z
      .string()
      .optional()
      .openapi({ description: 'With the operator key: whose key it is to be.' }),
    mode: z.enum(['live', 'test']).default('live'),
    name: name.default('key'),
  })
  .openapi('NewKey');

export const keySchema = z
  .object({
    id: z.string(),
    object: z.literal('key'),
    account_id: z.string(),
    mode: z.enum(['live', 'test']),
    name: z.string(),
    hint: z.string().openapi({ example: 'kin_live_a1b2' }),
    created_at: z.string(),
    revoked_at: z.string().nullable(),
  })
  .openapi('Key');

export const createdKeySchema = keySchema
  .extend({ key: z.string().openapi({ description: 'The secret. Shown this once and never again.' }) })
  .openapi('CreatedKey');

export type CreatedKey = z.infer<typeof createdKeySchema>;

export const keyListSchema = z
  .object({ object: z.literal('list'), data: z.array(keySchema) })
  .openapi('KeyList');

/** Named zones only: PostgreSQL reads an offset such as +02:00 the other way round. */
function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
