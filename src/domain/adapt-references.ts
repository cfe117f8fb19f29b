import { adaptationMessage, adaptedFacts, adaptReference } from './adapt-reference.ts';
import type { Adaptation } from './adaptation.ts';
import type { Capabilities } from './capabilities.ts';
import type { MediaKind } from './media-facts.ts';
import type { Note } from './plan.ts';
import { referenceField } from './reference-field.ts';
import type { GenerationRequest, Reference } from './request.ts';

/**
 * What is done to the references of a request so that an engine takes them: each with what the engine gets of it, and a note.
 * Only what we hand over ourselves can be changed, not what the provider fetches from an address.
 */
export function adaptReferences(
  { references, endpoint, aspectRatio }: GenerationRequest,
  capabilities: Capabilities,
): { adaptations: Adaptation[]; references: Reference[]; notes: Note[] } {
  const adaptations: Adaptation[] = [];
  const notes: Note[] = [];
  const isFirstFrame = endpoint === 'image-to-video' && capabilities.firstFrame === 'shaped';
  const shape = isFirstFrame ? capabilities.sizes[aspectRatio] : undefined;
  const adapted = references.map((reference) => {
    const { kind, position, facts } = reference;
    if (!isHandedOver(capabilities, kind)) return reference;
    const adaptation = adaptReference(reference, capabilities.references?.[kind] ?? {}, shape);
    if (adaptation === undefined) return reference;
    adaptations.push(adaptation);
    notes.push({
      code: 'reference_adapted',
      pointer: endpoint === 'image-to-video' ? '/image' : `/${referenceField[kind]}/${position - 1}`,
      message: adaptationMessage(reference, adaptation),
    });
    return { ...reference, facts: adaptedFacts(facts, adaptation) };
  });
  return { adaptations, references: adapted, notes };
}

function isHandedOver({ travel }: Capabilities, kind: MediaKind): boolean {
  return travel?.[kind].some((way) => way !== 'public_url') === true;
}
