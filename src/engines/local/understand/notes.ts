import type { Note, Plan } from '../../../domain/plan.ts';
import type { Reference } from '../../../domain/request.ts';
import { isTiny, lacksOutline, leastSide, type Picture } from './picture.ts';
import type { SoundReference } from './sound-reference.ts';

export const nameOf = ({ kind, position }: Pick<Reference, 'kind' | 'position'>) =>
  `${kind[0]?.toUpperCase()}${kind.slice(1)} ${position}`;

const field = { image: 'reference_images', video: 'reference_videos', audio: 'reference_audio' } as const;

export function noteOn(reference: Pick<Reference, 'kind' | 'position'>, code: string, said: string): Note {
  return {
    code,
    pointer: `/${field[reference.kind]}/${reference.position - 1}`,
    message: `${nameOf(reference)} ${said}`,
  };
}

export function noteOnSound({ position, role, roleIsGiven, beats }: SoundReference): Note {
  const guessed = roleIsGiven ? '' : ' (guessed)';
  const beat =
    role === 'music' && beats.beatsSeconds.length > 0 ? `, ${beats.bpm.toFixed(1)} beats a minute` : '';
  return noteOn({ kind: 'audio', position }, 'reference_role', `is used as ${role}${guessed}${beat}.`);
}

const shown: Record<Picture['role'], string> = {
  product: 'as a product on the set',
  detail: 'as a close-up',
  logo: 'as the closing logo',
  style: 'for its colours',
  scene: 'as a full picture',
  screen: 'whole, as a card',
};

export function noteOnPicture(picture: Picture, plan: Plan): Note {
  const { position, role, roleIsGiven, plugIn } = picture;
  const image = { kind: 'image', position } as const;
  if (lacksOutline(picture) && plugIn === undefined && isTiny(picture.bitmap))
    return noteOn(
      image,
      'matte_uncertain',
      `has ${picture.bitmap.width} x ${picture.bitmap.height} pixels, too few to be cut out cleanly, so it is shown as a framed picture; ${leastSide} on its longer side are the least, and 1000 are better.`,
    );
  if (lacksOutline(picture))
    return noteOn(
      image,
      'matte_uncertain',
      `could not be cut out cleanly${noHelpFrom(plugIn)}, so it is shown as a framed picture; a plain, even background helps.`,
    );
  if (plugIn !== undefined)
    return noteOn(
      image,
      'matte_plug_in',
      `is used ${shown[role]}; Kinora itself could not cut it out cleanly, so its outline comes from ${plugIn.name}.`,
    );
  const how = roleIsGiven || plan.endpoint === 'image-to-video' ? '' : ' (guessed)';
  return noteOn(image, 'reference_role', `is used ${shown[role]}${how}.`);
}

function noHelpFrom(plugIn: Picture['plugIn']): string {
  if (plugIn === undefined) return '';
  return plugIn.failed === undefined
    ? `, nor by ${plugIn.name}`
    : `, and ${plugIn.name} broke down (${plugIn.failed})`;
}
