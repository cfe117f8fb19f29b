import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { MediaKind } from '../domain/media-facts.ts';
import type { ReferenceRole } from '../domain/request.ts';
import type { ReferenceOrigin } from './fingerprint.ts';
import { fitImages } from './fit-images.ts';
import { type PhotoPaths, photoPath } from './photo-paths.ts';
import type { HashedReference, References } from './plan-row.ts';
import type { SourceRow } from './sources/source.ts';
import type { Workflow } from './workflow.ts';

/** A reference before anybody has looked at its bytes. */
export interface PlannedReference {
  kind: MediaKind;
  at: { path: string } | { url: string } | { file_id: string; sha256: string };
  role: ReferenceRole | undefined;
  alias: string | undefined;
  name: string;
  origin: ReferenceOrigin;
  /** Who keeps its place where not all images fit: higher first. */
  priority?: number | undefined;
}

/** Tells what is behind a reference; an AppError for one that cannot be read. At once where it is known. */
export type HashReference = (reference: PlannedReference) => HashedReference | Promise<HashedReference>;

type Setting = Pick<Workflow, 'endpoint' | 'photos'> & {
  /** What every row shares, hashed already: images, then videos, then sound. */
  shared: {
    brand: readonly HashedReference[];
    video: readonly HashedReference[];
    audio: readonly HashedReference[];
  };
  photoPaths: PhotoPaths;
  mostImages: number;
  hash: HashReference;
};

/** All references of a row, in the order of the request: photos, then the brand's images as far as there is room, video, sound. */
export function rowReferences(setting: Setting): (row: SourceRow) => References | Promise<References> {
  const { photos, shared, mostImages, photoPaths, hash, endpoint } = setting;
  const most = endpoint === 'image-to-video' ? 1 : mostImages;
  const together = ({ images, left }: { images: HashedReference[]; left: readonly { name: string }[] }) => ({
    references: [...images, ...shared.video, ...shared.audio],
    notes:
      left.length === 0
        ? []
        : [
            `${images.length + left.length} images are given and ${images.length} fit: left out ${namesOf(left)}`,
          ],
  });
  const known = new Map<string, HashedReference>();
  const lookUp = (reference: PlannedReference): HashedReference | Promise<HashedReference> => {
    const hashed = hash(reference);
    if (!(hashed instanceof Promise)) keep(reference.name, hashed);
    return hashed;
  };
  const keep = (name: string, hashed: HashedReference) => {
    // Rows that share photos are near each other, or there are few photos.
    if (known.size >= mostKnown) known.clear();
    known.set(name, hashed);
  };
  return (row) => {
    const given = photos === undefined ? [] : photosOf(row, photos, { photoPaths, known });
    const fitted = fitImages<PlannedReference | HashedReference>(given, shared.brand, most);
    const images = fitted.images.map((image) => ('sha256' in image ? image : lookUp(image)));
    // A first frame is one picture: that the others are not asked for is what the endpoint means.
    const left = endpoint === 'image-to-video' ? [] : fitted.left;
    if (images.some(isPromise)) return Promise.all(images).then((all) => together({ images: all, left }));
    return together({ images: images as HashedReference[], left });
  };
}

const mostKnown = 20_000;

const isPromise = (value: unknown) => value instanceof Promise;

/** Names in a note are those of the places, without what differs from row to row. */
function namesOf(left: readonly { name: string }[]): string {
  return `${left.length} of them (${left.map(({ name }) => name.split('/').at(-1)).join(', ')})`;
}

function photosOf(
  row: SourceRow,
  photos: NonNullable<Workflow['photos']>,
  { photoPaths, known }: { photoPaths: PhotoPaths; known: ReadonlyMap<string, HashedReference> },
): (PlannedReference | HashedReference)[] {
  const list = splitCell(row.values[photos.column], photos);
  if (list.length === 0)
    throw new AppError('reference_required', `column "${photos.column}" names no photo.`, {
      hint: 'Give the row a photo, or leave it out with where.',
    });
  const wanted = photos.take === undefined ? list : list.slice(0, photos.take);
  return wanted.map(
    (place) =>
      known.get(place) ?? {
        kind: 'image',
        at: /^https?:\/\//i.test(place)
          ? { url: place }
          : { path: photoPath(photoPaths, place, photos.column) },
        role: photos.role,
        alias: undefined,
        name: place,
        origin: 'photo',
      },
  );
}

/** A list as JSON has it, a JSON list in a cell, or parts between separators. */
function splitCell(
  cell: Json | undefined,
  { column, separator }: { column: string; separator: string },
): string[] {
  const list = typeof cell === 'string' && cell.trim().startsWith('[') ? parseList(cell, column) : cell;
  if (list === undefined || list === null) return [];
  const parts = typeof list === 'string' ? list.split(separator) : list;
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string'))
    throw new AppError('invalid_request', `column "${column}" is not a list of texts.`, {
      hint: `Write the photos as a${separator}b${separator}c or as a JSON list.`,
    });
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function parseList(cell: string, column: string): Json {
  try {
    return JSON.parse(cell) as Json;
  } catch (cause) {
    throw new AppError('invalid_request', `column "${column}" begins like a JSON list and is none.`, {
      cause,
    });
  }
}
