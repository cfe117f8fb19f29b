import type { ReferenceFile } from '../../../domain/engine.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { Reference } from '../../../domain/request.ts';
import type { Media } from '../../../media/media.ts';
import type { AssetCache, AssetKey } from '../cache/asset-cache.ts';
import { contentHash } from '../cache/content-hash.ts';
import { type Clip, understandClip } from './clip.ts';
import { nameOf } from './notes.ts';
import { lacksOutline, type Picture } from './picture.ts';
import type { PicturePool } from './picture-pool.ts';
import { ReferenceLost } from './reference-lost.ts';
import type { RemovalPlugIn } from './removal-plug-in.ts';
import { type SoundReference, understandSound } from './sound-reference.ts';

/** What every reference is opened with. */
export interface Opening {
  plan: Plan;
  media: Media;
  cache: AssetCache | undefined;
  pool: PicturePool;
  /** Asked for products that Kinora itself cannot cut out; absent: nobody is. */
  removal: RemovalPlugIn | undefined;
  signal: AbortSignal;
}

/** Longest side at which pictures are understood and drawn: a product fills less than this in a 720p frame. */
const pictureSide = 1_024;

/** Music longer than this is heard up to here: enough to choose a window from. */
const mostSoundSeconds = 180;

export async function openPicture(
  reference: Reference,
  file: ReferenceFile,
  opening: Opening,
): Promise<Picture> {
  const { plan, media, cache, pool, removal, signal } = opening;
  const { position, role } = reference;
  const asScene = plan.endpoint === 'image-to-video' && plan.storyboard === undefined;
  const settings = { maxSide: pictureSide, asScene, role: role ?? '' };
  const asset = { kind: 'picture', settings, reference, file, cache, signal } as const;
  const picture = await recalled(asset, async () => {
    const decoded = media.decodeImage(file.path, { maxSide: pictureSide, signal });
    const bitmap = await decoding(reference, signal, decoded);
    return pool.understand({ bitmap, position, asScene, ...(role === undefined ? {} : { role }) });
  });
  const own = { ...picture, position };
  return removal === undefined || !lacksOutline(own)
    ? own
    : freed(own, { removal, reference, file, opening });
}

/** The picture with the outline that a background remover gives it; where that breaks down, as it was. */
async function freed(
  picture: Picture,
  options: { removal: RemovalPlugIn; reference: Reference; file: ReferenceFile; opening: Opening },
): Promise<Picture> {
  const { removal, reference, file, opening } = options;
  const { cache, pool, signal } = opening;
  const { bitmap, position, role, roleIsGiven } = picture;
  const settings = { maxSide: pictureSide, removal: removal.name };
  const asset = { kind: 'alpha', settings, reference, file, cache, signal } as const;
  const asked = await recalled(asset, () => removal.alphaOf(bitmap)).then(
    (alpha) => ({ alpha }),
    (error: unknown) => ({ failed: reasonOf(error) }),
  );
  signal.throwIfAborted();
  if ('failed' in asked) return { ...picture, plugIn: { name: removal.name, failed: asked.failed } };
  // Only these two lack an outline.
  const named = role === 'logo' ? 'logo' : 'product';
  const found = await pool.understand({ bitmap, position, role: named, alpha: asked.alpha });
  return { ...found, roleIsGiven, plugIn: { name: removal.name } };
}

export async function openClip(
  reference: Reference,
  file: ReferenceFile,
  { media, cache, signal }: Opening,
): Promise<Clip> {
  const role = reference.role === 'motion' ? 'motion' : 'clip';
  const asset = { kind: 'clip', settings: { role }, reference, file, cache, signal } as const;
  const clip = await recalled(asset, () =>
    decoding(reference, signal, understandClip({ reference, role, file, media, signal })),
  );
  return { ...clip, position: reference.position, path: file.path };
}

/** The samples themselves are decoded each time: kept, they would be far larger than the file they come from. */
export async function openSound(
  reference: Reference,
  file: ReferenceFile,
  { media, cache, signal }: Opening,
): Promise<SoundReference> {
  const { position, role = '' } = reference;
  const maxSeconds = mostSoundSeconds;
  const sound = await decoding(reference, signal, media.decodeAudio(file.path, { maxSeconds, signal }));
  const settings = { maxSeconds, role };
  const asset = { kind: 'sound', settings, reference, file, cache, signal } as const;
  const heard = await recalled(asset, async () => {
    const { sound: _, ...rest } = understandSound(reference, sound);
    return rest;
  });
  return { ...heard, position, sound };
}

/** An asset of a reference from the cache, or made where there is none. */
async function recalled<T>(
  options: Omit<AssetKey, 'sha256'> & {
    reference: Reference;
    file: ReferenceFile;
    cache: AssetCache | undefined;
    signal: AbortSignal;
  },
  make: () => Promise<T>,
): Promise<T> {
  const { kind, settings, reference, file, cache, signal } = options;
  if (cache === undefined) return make();
  const known = reference.sha256;
  const sha256 = known === '' ? await decoding(reference, signal, contentHash(file.path, signal)) : known;
  return cache.recall({ kind, sha256, settings }, make);
}

async function decoding<T>(reference: Reference, signal: AbortSignal, decoded: Promise<T>): Promise<T> {
  try {
    return await decoded;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ReferenceLost(`${nameOf(reference)} could not be decoded: ${reasonOf(error)}`, error);
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
