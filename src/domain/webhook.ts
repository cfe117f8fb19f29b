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

/** Of an endpoint: every type of event. */
export const everyEvent = '*';

/** How many endpoints an account may have in each purse: every event is addressed to all of them. */
export const maxEndpoints = 20;

/** Who has disabled an endpoint: its owner, or we. */
export const disabledBy = ['owner', 'gone', 'failing'] as const;

export type DisabledBy = (typeof disabledBy)[number];

/** How one try to deliver a webhook ended. */
export const tryResults = [
  'delivered',
  /** It answered, but not with 2xx. */
  'refused',
  /** It answered with a redirect, which is not followed. */
  'redirected',
  /** It answered 410: nothing more is wanted there. */
  'gone',
  'timed_out',
  'unreachable',
  /** Its address is none that webhooks go to; nothing was sent. */
  'forbidden_address',
] as const;

export type TryResult = (typeof tryResults)[number];

/** Seconds from one try in vain to the next: ten tries in a little over three days, then it is given up. */
export const retryPausesSeconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** An endpoint that has given nothing but failures for so long is disabled. */
export const failingDaysAllowed = 5;
