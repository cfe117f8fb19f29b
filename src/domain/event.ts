/** What can happen to a generation, as its events call it. */
export const generationEventTypes = [
  'generation.created',
  'generation.processing',
  'generation.requeued',
  'generation.complete',
  'generation.failed',
  /** Nobody can tell whether its provider has it; an operator or a callback decides. */
  'generation.parked',
  /** A video arrived after the generation had ended otherwise. */
  'generation.late_output',
] as const;

export type GenerationEventType = (typeof generationEventTypes)[number];

export const eventTypes = [
  ...generationEventTypes,
  'budget.threshold',
  /** A budget has refused something, for the first time in its period. */
  'budget.blocked',
  'balance.low',
  'credits.expired',
  'payment.paid',
  /** Money came, but not what was asked for: no credits were given. */
  'payment.refused',
  'payment.refunded',
  /** A person has agreed: on a page of this server, or by the word of the account. */
  'consent.given',
  /** From here on nothing is made of that person any more. */
  'consent.revoked',
  /** Everything that could be deleted is, and a certificate says so. */
  'consent.erased',
  /** A run of a stored workflow has come to its end; not every row of it need have a video. */
  'workflow.run.succeeded',
  'workflow.run.failed',
  /** It was due and left out: the one before was not done, or the server was down. */
  'workflow.run.skipped',
  /** Somebody has approved or rejected a version of a record. */
  'record.reviewed',
  /** Another version of a record is shown from now on, or none is. */
  'record.published',
  /** An endpoint gets nothing any more: it said that it is gone, or has failed for days. */
  'webhook.disabled',
  /** Sent to one endpoint because its owner asked for it. */
  'webhook.test',
] as const;

export type EventType = (typeof eventTypes)[number];

/** What a generation's own webhook is told unless it asks for more. */
export const endEventTypes = [
  'generation.complete',
  'generation.failed',
] as const satisfies GenerationEventType[];
