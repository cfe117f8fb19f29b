import type { Plan } from '../../../domain/plan.ts';
import type { Reference, ReferenceRole } from '../../../domain/request.ts';
import type { Directions, TagDirection } from './directions.ts';

/** A reference without a role gets the one that the prompt, or a given storyboard, has for it. */
export function castBy(directions: Directions, plan: Plan, reference: Reference): Reference {
  if (reference.role !== undefined) return reference;
  const role = roleInStoryboard(plan, reference) ?? roleInPrompt(directions, reference);
  return role === undefined ? reference : { ...reference, role };
}

const roleOfPart: Partial<Record<TagDirection['as'], ReferenceRole>> = {
  hero: 'product',
  product: 'product',
  style: 'style',
  logo: 'logo',
  scene: 'scene',
  background: 'style',
  detail: 'detail',
  camera: 'motion',
  clip: 'clip',
  music: 'music',
  beat: 'music',
  voice: 'voice',
};

function roleInPrompt({ tags }: Directions, { kind, position }: Reference): ReferenceRole | undefined {
  const parts = tags.filter((tag) => tag.kind === kind && tag.position === position);
  return parts.map((tag) => roleOfPart[tag.as]).find((role) => role !== undefined);
}

/** What stands on the set in a given storyboard has to be cut out, whatever it looks like. */
function roleInStoryboard({ storyboard }: Plan, { kind, position }: Reference): ReferenceRole | undefined {
  if (storyboard === undefined) return undefined;
  if (kind === 'audio')
    return storyboard.sound
      .flatMap((cue) => (cue.kind === 'music' || cue.kind === 'voice' ? [cue] : []))
      .find((cue) => cue.position === position)?.kind;
  if (kind !== 'image') return undefined;
  const framings = storyboard.shots.flatMap(({ subject, framing }) =>
    (subject.kind === 'turntable' && subject.positions.includes(position)) ||
    (subject.kind === 'picture' && subject.position === position)
      ? [framing]
      : [],
  );
  if (framings.includes('on-set')) return 'product';
  return framings.includes('mark') ? 'logo' : undefined;
}
