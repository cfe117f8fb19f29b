import type { ReferenceFile } from '../../../domain/engine.ts';
import type { Note, Plan } from '../../../domain/plan.ts';
import type { Reference } from '../../../domain/request.ts';
import type { Media } from '../../../media/media.ts';
import { type Directions, readDirections } from './directions.ts';
import { type Picture, understandPicture } from './picture.ts';
import { ReferenceLost } from './reference-lost.ts';
import { type SoundReference, understandSound } from './sound-reference.ts';

/** A reference video that will be cut in. */
export interface Clip {
  /** The n of `@Video1`. */
  position: number;
  path: string;
  seconds: number;
  /** Width over height of the picture as shown. */
  ratio: number;
}

export interface Understanding {
  directions: Directions;
  pictures: Picture[];
  clips: Clip[];
  sounds: SoundReference[];
  notes: Note[];
}

/** Longest side at which pictures are understood and drawn: a product fills less than this in a 720p frame. */
const pictureSide = 1_024;

/** Reads the prompt and opens every reference. Throws `ReferenceLost` for one that cannot be decoded. */
export async function understand(options: {
  plan: Plan;
  references: readonly ReferenceFile[];
  media: Media;
  signal: AbortSignal;
  onFraction(fraction: number): void;
}): Promise<Understanding> {
  const { plan, references, media, signal, onFraction } = options;
  const { directions, notes } = readDirections(plan.prompt);
  const understanding: Understanding = { directions, pictures: [], clips: [], sounds: [], notes };
  const opened = plan.references.map((reference, index) => {
    const file = references[index];
    if (file === undefined)
      throw new Error(`The plan names ${nameOf(reference)}, but no file was handed over for it.`);
    return { reference, file };
  });
  // The next picture is decoded in its child while this one is being cut out here.
  const decoded = opened.map(({ reference, file }) =>
    reference.kind === 'image' ? () => media.decodeImage(file.path, { maxSide: pictureSide, signal }) : undefined,
  );
  const ahead: (ReturnType<Media['decodeImage']> | undefined)[] = [];
  const decode = (index: number) => {
    ahead[index] ??= decoded[index]?.();
    // Looked at when its turn comes; until then a failure must not count as unhandled.
    ahead[index]?.catch(() => undefined);
    return ahead[index];
  };
  for (const [index, { reference, file }] of opened.entries()) {
    try {
      const pending = decode(index);
      decode(index + 1);
      decode(index + 2);
      if (pending !== undefined) {
        const bitmap = await pending;
        understanding.pictures.push(
          understandPicture({
            bitmap,
            position: reference.position,
            asScene: plan.endpoint === 'image-to-video',
            ...(reference.role === undefined ? {} : { role: reference.role }),
          }),
        );
      } else if (reference.kind === 'video') understandClip(understanding, reference, file);
      else if (plan.generateAudio)
        understanding.sounds.push(await understandSound({ reference, file, media, signal, plan }));
      else notes.push(noteOn(reference, 'reference_unused', 'was not used, since no audio was asked for.'));
    } catch (error) {
      if (signal.aborted) throw error;
      throw new ReferenceLost(`${nameOf(reference)} could not be decoded: ${reasonOf(error)}`, error);
    }
    onFraction((index + 1) / opened.length);
  }
  for (const picture of understanding.pictures) notes.push(noteOnPicture(picture, plan));
  for (const sound of understanding.sounds)
    notes.push({
      code: 'reference_role',
      pointer: `/reference_audio/${sound.position - 1}`,
      message: `Audio ${sound.position} is used as ${sound.role}${sound.roleIsGiven ? '' : ' (guessed)'}.`,
    });
  return understanding;
}

function understandClip(understanding: Understanding, reference: Reference, file: ReferenceFile): void {
  if (reference.role === 'motion') {
    understanding.notes.push(
      noteOn(
        reference,
        'reference_unused',
        'has the role motion; this version takes its camera move from the prompt and does not copy one from a clip.',
      ),
    );
    return;
  }
  const { width = 16, height = 9, durationSeconds = 0 } = file.facts;
  understanding.clips.push({
    position: reference.position,
    path: file.path,
    seconds: durationSeconds,
    ratio: width / height,
  });
  understanding.notes.push(noteOn(reference, 'reference_role', 'is cut into the film as a clip.'));
}

function noteOnPicture(picture: Picture, plan: Plan): Note {
  const shown: Record<Picture['role'], string> = {
    product: 'as a product on the set',
    detail: 'as a close-up',
    logo: 'as the closing logo',
    style: 'for its colours',
    scene: 'as a full picture',
  };
  const fallback = (picture.role === 'product' || picture.role === 'logo') && picture.subject === undefined;
  const how = picture.roleIsGiven || plan.endpoint === 'image-to-video' ? '' : ' (guessed)';
  return {
    code: fallback ? 'matte_uncertain' : 'reference_role',
    pointer: `/reference_images/${picture.position - 1}`,
    message: fallback
      ? `Image ${picture.position} could not be cut out cleanly, so it is shown as a framed picture; a plain, even background helps.`
      : `Image ${picture.position} is used ${shown[picture.role]}${how}.`,
  };
}

function noteOn(reference: Reference, code: string, said: string): Note {
  const field = { image: 'reference_images', video: 'reference_videos', audio: 'reference_audio' }[reference.kind];
  return {
    code,
    pointer: `/${field}/${reference.position - 1}`,
    message: `${nameOf(reference)} ${said}`,
  };
}

const nameOf = ({ kind, position }: Reference) => `${kind[0]?.toUpperCase()}${kind.slice(1)} ${position}`;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
