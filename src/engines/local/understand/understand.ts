import type { ReferenceFile } from '../../../domain/engine.ts';
import type { Note, Plan } from '../../../domain/plan.ts';
import type { Reference } from '../../../domain/request.ts';
import type { Media } from '../../../media/media.ts';
import { type Directions, readDirections } from './directions.ts';
import type { Picture } from './picture.ts';
import { openPicturePool } from './picture-pool.ts';
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
  const pictures: Picture[] = [];
  const clips: Clip[] = [];
  const sounds: SoundReference[] = [];
  const pool = openPicturePool(plan.references.filter(({ kind }) => kind === 'image').length);
  const openOne = async (reference: Reference, file: ReferenceFile) => {
    if (reference.kind === 'image') {
      const bitmap = await decoding(
        reference,
        signal,
        media.decodeImage(file.path, { maxSide: pictureSide, signal }),
      );
      const { position, role } = reference;
      const asScene = plan.endpoint === 'image-to-video';
      pictures.push(
        await pool.understand({ bitmap, position, asScene, ...(role === undefined ? {} : { role }) }),
      );
    } else if (reference.kind === 'video') {
      const { clip, note } = understandClip(reference, file);
      if (clip !== undefined) clips.push(clip);
      notes.push(note);
    } else if (plan.generateAudio) {
      const maxSeconds = plan.durationSeconds;
      const sound = await decoding(reference, signal, media.decodeAudio(file.path, { maxSeconds, signal }));
      sounds.push(understandSound(reference, sound));
    } else notes.push(noteOn(reference, 'reference_unused', 'was not used, since no audio was asked for.'));
  };
  try {
    await openAll({ references: plan.references, files: references, openOne, onFraction });
  } finally {
    await pool.close();
  }
  const inOrder = <T extends { position: number }>(list: T[]) =>
    list.sort((one, other) => one.position - other.position);
  const cast = withScenesAsStyle(inOrder(pictures));
  notes.push(...cast.map((picture) => noteOnPicture(picture, plan)), ...inOrder(sounds).map(noteOnSound));
  return { directions, pictures: cast, clips: inOrder(clips), sounds, notes };
}

/** Opens the references in order, two at a time: one is decoded in a child while another is understood here. */
async function openAll(options: {
  references: readonly Reference[];
  files: readonly ReferenceFile[];
  openOne(reference: Reference, file: ReferenceFile): Promise<void>;
  onFraction(fraction: number): void;
}): Promise<void> {
  const { references, files, openOne, onFraction } = options;
  let next = 0;
  let done = 0;
  const lane = async () => {
    for (let index = next++; index < references.length; index = next++) {
      const reference = references[index];
      const file = files[index];
      if (reference === undefined || file === undefined)
        throw new Error(
          `The plan has ${references.length} references, but ${files.length} files were handed over.`,
        );
      await openOne(reference, file);
      done++;
      onFraction(done / references.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

const lanes = 3;

async function decoding<T>(reference: Reference, signal: AbortSignal, decoded: Promise<T>): Promise<T> {
  try {
    return await decoded;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ReferenceLost(`${nameOf(reference)} could not be decoded: ${reasonOf(error)}`, error);
  }
}

/** A scene beside a product was sent for its mood; alone, it is what the film shows. */
function withScenesAsStyle(pictures: Picture[]): Picture[] {
  if (!pictures.some(({ role }) => role === 'product' || role === 'detail')) return pictures;
  return pictures.map((picture) =>
    picture.role === 'scene' && !picture.roleIsGiven ? { ...picture, role: 'style' } : picture,
  );
}

function understandClip(reference: Reference, { path, facts }: ReferenceFile): { clip?: Clip; note: Note } {
  if (reference.role === 'motion')
    return {
      note: noteOn(
        reference,
        'reference_unused',
        'has the role motion; this version takes its camera move from the prompt and does not copy one from a clip.',
      ),
    };
  const { width = 16, height = 9, durationSeconds = 0 } = facts;
  return {
    clip: { position: reference.position, path, seconds: durationSeconds, ratio: width / height },
    note: noteOn(reference, 'reference_role', 'is cut into the film as a clip.'),
  };
}

function noteOnSound({ position, role, roleIsGiven }: SoundReference): Note {
  return {
    code: 'reference_role',
    pointer: `/reference_audio/${position - 1}`,
    message: `Audio ${position} is used as ${role}${roleIsGiven ? '' : ' (guessed)'}.`,
  };
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
  const field = { image: 'reference_images', video: 'reference_videos', audio: 'reference_audio' }[
    reference.kind
  ];
  return {
    code,
    pointer: `/${field}/${reference.position - 1}`,
    message: `${nameOf(reference)} ${said}`,
  };
}

const nameOf = ({ kind, position }: Reference) => `${kind[0]?.toUpperCase()}${kind.slice(1)} ${position}`;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
