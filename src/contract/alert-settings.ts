import { z } from '@hono/zod-openapi';
import { isStorable } from './text.ts';

const clearable = ' Null: none.';

/** Where alerts go. Alike for the owner and the operator. */
export const alertSettings = {
  alert_email: z
    .email({ error: 'alert_email must be one e-mail address, such as ops@example.com.' })
    .max(254, { error: 'alert_email has at most 254 characters.' })
    .refine((address) => /^[\x21-\x7e]+$/.test(address), {
      error: 'alert_email must be written in ASCII.',
    })
    .nullable()
    .optional()
    .openapi({ description: `Who gets alerts by e-mail, where the server sends any.${clearable}` }),
  alert_webhook_url: z
    .url({ protocol: /^https?$/, error: 'alert_webhook_url must be an http(s) URL.' })
    .max(2_000, { error: 'alert_webhook_url has at most 2,000 characters.' })
    .refine(isStorable, { error: 'alert_webhook_url holds a character that cannot be stored.' })
    .nullable()
    .optional()
    .openapi({ description: `What gets alerts by webhook.${clearable}` }),
  balance_alert_credits: z
    .int({ error: 'balance_alert_credits must be a whole number of credits.' })
    .min(0, { error: 'balance_alert_credits is at least 0.' })
    .max(1_000_000_000_000, { error: 'balance_alert_credits is at most 1,000,000,000,000.' })
    .nullable()
    .optional()
    .openapi({ description: `Available live credits below which an alert is due.${clearable}` }),
};

/** As they stand. */
export const alertSettingsSchema = z.object({
  alert_email: z.string().nullable(),
  alert_webhook_url: z.string().nullable(),
  balance_alert_credits: z.number().int().nullable(),
});
