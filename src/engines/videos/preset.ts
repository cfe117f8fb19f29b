import type { Capabilities } from '../../domain/capabilities.ts';
import type { Plan } from '../../domain/plan.ts';

/** How a server wants to be asked: by a form with files, or by JSON with data URLs. */
export type VideosBody = 'form' | 'json';

/** One model behind `/v1/videos`: what it takes and makes, and how its server wants to hear of it. */
export interface VideosPreset {
  name: string;
  body: VideosBody;
  capabilities: Capabilities;
  /** How long five seconds take on the hardware that the model's authors name, for forecasts before any was made. */
  typicalSeconds: number;
  /** Everything of a request but the prompt and the references. */
  fields(plan: Plan): Record<string, unknown>;
  /** The form field of each reference, by its place in the request; of a JSON body, unused. */
  referenceField(index: number): string;
}
