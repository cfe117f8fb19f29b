import type { KinoraEvent } from '../contract/webhook.ts';
import { isFinal } from '../domain/generation.ts';
import type { JsonObject } from '../domain/json.ts';
import type { WebhookForm } from '../domain/webhook.ts';
import type { Happening } from '../store/delivery-tries.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import type { Links } from './links.ts';
import { presentGeneration } from './present-generation.ts';
import type { QueueView } from './queue-view.ts';

export interface BodyDeps {
  links: Links;
  queue: Pick<QueueView, 'explain'>;
}

/** What is told of a generation to clients of another API; `happening` says which of its events it is. */
type WriteBody = (
  generation: GenerationRow,
  deps: BodyDeps,
  happening: Happening,
) => Promise<object> | object;

/**
 * How each form of webhook is written. The standard form is what `GET /v1/events` lists; the others belong to the faces
 * that their clients come through.
 */
export function webhookBodies(
  deps: BodyDeps,
  faces: Readonly<Record<Exclude<WebhookForm, 'standard'>, WriteBody>>,
): Record<WebhookForm, (happening: Happening) => Promise<JsonObject>> {
  const through = (write: WriteBody) => async (happening: Happening) => {
    if (happening.generation === undefined)
      throw new Error(`the event ${happening.eventId} belongs to no generation, and no face can tell it`);
    return plain(await write(happening.generation, deps, happening));
  };
  return {
    standard: async (happening) => plain(await presentHappening(happening, deps)),
    fal: through(faces.fal),
    replicate: through(faces.replicate),
  };
}

/** An event as webhooks and the feed tell it. */
export async function presentHappening(
  { eventId, type, happenedAt, owner, generation, data }: Happening,
  { links, queue }: BodyDeps,
): Promise<KinoraEvent> {
  const waiting =
    generation === undefined || isFinal(generation.status)
      ? undefined
      : (await queue.explain(owner.accountId, [generation])).get(generation.id);
  return {
    id: `evt_${eventId}`,
    type,
    timestamp: happenedAt.toISOString(),
    data: generation === undefined ? data : { ...presentGeneration(generation, links, waiting) },
  };
}

/** As it is written: JSON has no undefined. */
const plain = (body: object) => JSON.parse(JSON.stringify(body)) as JsonObject;
