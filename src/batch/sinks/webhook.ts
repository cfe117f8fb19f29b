import { z } from 'zod';
import { environmentName, flag, webAddress } from '../spec-fields.ts';

/** A signed message for each made result. */
export const webhookSinkSpec = z.strictObject({
  driver: z.literal('webhook'),
  url: webAddress('url'),
  /** Holds `whsec_…`, as Standard Webhooks has it. */
  secret_env: environmentName('secret_env'),
  rehearsals: flag('rehearsals'),
  allow_local: flag('allow_local'),
});
