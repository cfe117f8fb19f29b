import type { ReferenceFile } from '../../../domain/engine.ts';
import type { Note, Plan } from '../../../domain/plan.ts';
import type { Reference } from '../../../domain/request.ts';
import type { Media } from '../../../media/media.ts';
import type { AssetCache } from '../cache/asset-cache.ts';
import type { Planner } from '../planner/planner.ts';
import { castBy } from './cast-by.ts';
import type { Clip } from './clip.ts';
import type { Directions } from './directions.ts';
import { noteOn, noteOnPicture, noteOnSound } from './notes.ts';
import { type Opening, openClip, openPicture, openSound } from './open-reference.ts';
import type { Picture } from './picture.ts';
import { openPicturePool } from './picture-pool.ts';
import { readPrompt } from './read-prompt.ts';
import type { RemovalPlugIn } from './removal-plug-in.ts';
import type { SoundReference } from './sound-reference.ts';

export interface Understanding {
  directions: Directions;
  pictures: Picture[];
  clips: Clip[];
  sounds: SoundReference[];
  notes: Note[];
}

export interface UnderstandOptions {
  plan: Plan;
  references: readonly ReferenceFile[];
  media: Media;
  /** Absent: every reference is understood anew. */
  cache?: AssetCache | undefined;
  /** Absent: the grammar alone reads the prompt. */
  planner?: Planner | undefined;
  /** Absent: what Kinora itself cannot cut out stays as it is. */
  removal?: RemovalPlugIn | undefined;
  signal: AbortSignal;
  onFraction(fraction: number): void;
}

/** Reads the prompt and opens every reference. Throws `ReferenceLost` for one that cannot be decoded. */
export async function understand(options: UnderstandOptions): Promise<Understanding> {
  const { plan, references, media, cache, planner, removal, signal, onFraction } = options;
  const { directions, notes } = await readPrompt({ plan, planner, signal });
  const pool = openPicturePool(plan.references.filter(({ kind }) => kind === 'image').length);
  const opening: Opening = { plan, media, cache, pool, removal, signal };
  const openOne = async (given: Reference, file: ReferenceFile) => {
    const reference = castBy(directions, plan, given);
    if (reference.kind === 'image') return { picture: await openPicture(reference, file, opening) };
    if (reference.kind === 'video') return { clip: await openClip(reference, file, opening) };
    if (plan.generateAudio) return { sound: await openSound(reference, file, opening) };
    return { unused: reference };
  };
  const opened = await openAll({
    references: plan.references,
    files: references,
    openOne,
    onFraction,
  }).finally(pool.close);
  const pictures = withScenesAsStyle(inOrder(opened.flatMap(({ picture }) => picture ?? [])));
  const clips = inOrder(opened.flatMap(({ clip }) => clip ?? []));
  const sounds = inOrder(opened.flatMap(({ sound }) => sound ?? []));
  const unused = opened.flatMap(({ unused }) => unused ?? []);
  notes.push(
    ...clips.map(noteOnClip),
    ...clips.flatMap((clip) => noteOnClipSound(clip, plan)),
    ...unused.map((reference) =>
      noteOn(reference, 'reference_unused', 'was not used, since no audio was asked for.'),
    ),
    ...pictures.map((picture) => noteOnPicture(picture, plan)),
    ...sounds.map(noteOnSound),
    ...noteOnUnkept(cache),
  );
  return { directions, pictures, clips, sounds, notes };
}

const inOrder = <T extends { position: number }>(list: T[]) =>
  list.sort((one, other) => one.position - other.position);

function noteOnClip({ role, position }: Clip): Note {
  const said = role === 'clip' ? 'is cut into the film as a clip.' : 'lends its camera move.';
  return noteOn({ kind: 'video', position }, 'reference_role', said);
}

/** Its pictures alone are used: a film has one music and its own mix. */
function noteOnClipSound({ role, position }: Clip, { references, generateAudio }: Plan): Note[] {
  const own = references.find((reference) => reference.kind === 'video' && reference.position === position);
  if (role !== 'clip' || !generateAudio || own?.facts.audioCodec === undefined) return [];
  const said = 'has sound of its own, which is not heard; sent as an audio reference it would be.';
  return [noteOn({ kind: 'video', position }, 'clip_sound_unused', said)];
}

function noteOnUnkept(cache: AssetCache | undefined): Note[] {
  const reason = cache?.unkept();
  if (reason === undefined) return [];
  const message = `What was understood of the references could not be kept for the next film: ${reason}.`;
  return [{ code: 'cache_not_written', message }];
}

/** Opens the references a few at a time: one is decoded in a child while another is understood here. In their order. */
async function openAll<T>(options: {
  references: readonly Reference[];
  files: readonly ReferenceFile[];
  openOne(reference: Reference, file: ReferenceFile): Promise<T>;
  onFraction(fraction: number): void;
}): Promise<T[]> {
  const { references, files, openOne, onFraction } = options;
  const opened: T[] = [];
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
      opened[index] = await openOne(reference, file);
      done++;
      onFraction(done / references.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return opened;
}

const lanes = 3;

/** A scene beside a product was sent for its mood; alone, it is what the film shows. */
function withScenesAsStyle(pictures: Picture[]): Picture[] {
  if (!pictures.some(({ role }) => role === 'product' || role === 'detail')) return pictures;
  return pictures.map((picture) =>
    picture.role === 'scene' && !picture.roleIsGiven ? { ...picture, role: 'style' } : picture,
  );
}
