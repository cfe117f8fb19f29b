import type { JsonObject } from '../domain/json.ts';
import type { Note } from '../domain/plan.ts';
import type { AspectRatio, EndpointName } from '../domain/request.ts';
import type { Storyboard } from '../domain/storyboard.ts';
import type { GenerationWebhook } from '../domain/webhook.ts';
import type { WantedReference } from './snapshot-references.ts';

/** What is asked for, parsed. */
export interface SubmitCommand {
  endpoint: EndpointName;
  prompt: string;
  references: WantedReference[];
  durationSeconds: number;
  /** `auto`: that of the first picture or clip. */
  aspectRatio: AspectRatio | 'auto';
  seed: number | undefined;
  generateAudio: boolean;
  storyboard: Storyboard | undefined;
  workflow: string | undefined;
  batchId: string | undefined;
  tags: string[];
  endUserId: string | undefined;
  priority: number;
  metadata: JsonObject;
  /** Whom it tells of its events. */
  webhook: GenerationWebhook | undefined;
  /** By name; absent: the one that the endpoint is served by. */
  engine: string | undefined;
  /** Made by the embedded engine at no price, and planned against the limits of the engine that it would else be made by. */
  rehearsal?: true | undefined;
  /** Steers the simulated engine; of test keys only. */
  simulate: JsonObject | undefined;
  /** Whose price it is to have. */
  quoteId?: string | undefined;
  /** What it may cost at most. */
  maxCredits?: number | undefined;
  /** Not begun by then: expired. */
  startWithinSeconds?: number | undefined;
  /** Not ended by then: expired, unless a provider has it. */
  expiresInSeconds?: number | undefined;
  /** What was decided for the caller before this; kept with the plan. */
  notes?: readonly Note[] | undefined;
}
