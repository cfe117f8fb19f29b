import type { GenerationEventType } from './event.ts';

/** How a webhook is written and signed: in our own form, or in that of an API whose clients expect it. */
export const webhookForms = ['standard', 'fal', 'replicate'] as const;

export type WebhookForm = (typeof webhookForms)[number];

/** Whom one generation tells of its events. */
export interface GenerationWebhook {
  url: string;
  form: WebhookForm;
  /** Absent: how it ended, once. */
  events?: readonly GenerationEventType[] | undefined;
}
