import { type ReferenceRole, requestLimits } from '../domain/request.ts';
import { KinoraError } from './error.ts';
import type { RequestBodies } from './generations.ts';
import { given } from './given.ts';
import { sha256 } from './sha256.ts';

/** An http(s) or data URL, the id of a file, a file that was uploaded, or one of these with its own role and alias. */
export type BundledReference =
  | string
  | { object: 'file'; id: string }
  | { url: string; role?: ReferenceRole; alias?: string }
  | { file_id: string; role?: ReferenceRole; alias?: string };

/** References that belong together, such as the photos of a product or the images of a brand. */
export interface BundlePart {
  /** Of all of them that have none of their own. */
  role?: ReferenceRole;
  images?: readonly BundledReference[];
  videos?: readonly BundledReference[];
  audio?: readonly BundledReference[];
  /** Who keeps its place with `overflow: 'fit'`: higher first. Default 1 for style, logo, scene and person, else 0. */
  priority?: number;
}

export interface BundleOptions {
  /**
   * What becomes of more than 9 images, 3 videos or 3 audio clips: `refuse` (the default) throws; `fit` keeps the first
   * of every part, then fills up by priority, and tells in `left` what did not fit.
   */
  overflow?: 'refuse' | 'fit';
}

export interface ReferenceBundle {
  /** To be spread into the body of a request: `{ prompt, ...bundle.references, duration, aspect_ratio }`. */
  references: Pick<
    RequestBodies['reference-to-video'],
    'reference_images' | 'reference_videos' | 'reference_audio'
  >;
  /** How a prompt names each of them, in order. */
  tags: { tag: string; alias?: string; role?: ReferenceRole }[];
  /** What did not fit, in the order it was given. Empty unless `overflow` is `fit`. */
  left: { kind: Kind; part: number; index: number; source: string }[];
  /**
   * SHA-256 over kind, source, role and alias of each, in order: equal bundles have equal hashes (R98). It knows a URL,
   * not what is behind it; a file id always means the same bytes.
   */
  hash: string;
}

const kinds = ['images', 'videos', 'audio'] as const;

type Kind = (typeof kinds)[number];

interface Entry {
  kind: Kind;
  /** What is told of it if it does not fit. */
  left: ReferenceBundle['left'][number];
  priority: number;
  wire: { url: string } | { file_id: string };
  named: { role?: ReferenceRole; alias?: string };
}

const ofKind = (entries: readonly Entry[], kind: Kind) => entries.filter((entry) => entry.kind === kind);

const most: Record<Kind, number> = {
  images: requestLimits.images,
  videos: requestLimits.videos,
  audio: requestLimits.audios,
};

const tagOf: Record<Kind, string> = { images: 'Image', videos: 'Video', audio: 'Audio' };

const brandRoles: readonly (ReferenceRole | undefined)[] = ['style', 'logo', 'scene', 'person'];

/**
 * The references of a request out of parts: in the order given, the same for the same parts, within the limits of a
 * request (R4-R6, R97, R108). Calls nobody; throws `too_many_references` or `invalid_request`.
 */
export async function buildReferenceBundle(
  parts: readonly BundlePart[],
  { overflow = 'refuse' }: BundleOptions = {},
): Promise<ReferenceBundle> {
  const entries = parts.flatMap(entriesOf);
  const kept = kinds.flatMap((kind) => fit(ofKind(entries, kind), kind, overflow));
  refuseSharedAliases(kept);
  const wires = (kind: Kind) => {
    const list = ofKind(kept, kind).map(({ wire, named }) => ({ ...wire, ...named }));
    return list.length === 0 ? undefined : list;
  };
  return {
    references: given(Object.fromEntries(kinds.map((kind) => [`reference_${kind}`, wires(kind)]))),
    tags: kinds.flatMap((kind) =>
      ofKind(kept, kind).map(({ named }, index) => ({ tag: `@${tagOf[kind]}${index + 1}`, ...named })),
    ),
    left: entries.filter((entry) => !kept.includes(entry)).map(({ left }) => left),
    hash: await hashOf(kept),
  };
}

function entriesOf(part: BundlePart, number: number): Entry[] {
  return kinds.flatMap((kind) =>
    (part[kind] ?? []).map((reference, index): Entry => {
      const { source, role = part.role, alias } = read(reference, `parts[${number}].${kind}[${index}]`);
      return {
        kind,
        left: { kind, part: number, index, source },
        priority: part.priority ?? (brandRoles.includes(part.role) ? 1 : 0),
        wire: source.startsWith('file_') ? { file_id: source } : { url: source },
        named: given({ role, alias }),
      };
    }),
  );
}

function read(
  reference: BundledReference,
  where: string,
): { source: string; role?: ReferenceRole | undefined; alias?: string | undefined } {
  const { role, alias } = typeof reference === 'string' || 'object' in reference ? {} : reference;
  const source = sourceOf(reference);
  if (typeof source !== 'string' || !/^(https?:\/\/|data:|file_)/i.test(source))
    throw new KinoraError('invalid_request', `${where} is no reference: ${String(source).slice(0, 60)}`, {
      hint: 'Give an http(s) or data URL, or the id of a file. What lies on this machine goes through client.files.upload first.',
    });
  return { source, role, alias };
}

function sourceOf(reference: BundledReference): string {
  if (typeof reference === 'string') return reference;
  if ('object' in reference) return reference.id;
  return 'url' in reference ? reference.url : reference.file_id;
}

/** The entries of one kind that are kept, in their order. */
function fit(entries: Entry[], kind: Kind, overflow: 'refuse' | 'fit'): Entry[] {
  if (entries.length <= most[kind]) return entries;
  if (overflow === 'refuse')
    throw new KinoraError(
      'too_many_references',
      `These are ${entries.length} ${kind}; a request takes at most ${most[kind]}.`,
      { hint: "Give fewer, or { overflow: 'fit' } to keep the most important." },
    );
  const first = (entry: Entry) => (entry.left.index === 0 ? 1 : 0);
  // Sorting is stable: what is equally important stays in its order.
  const kept = [...entries]
    .sort((a, b) => first(b) - first(a) || b.priority - a.priority)
    .slice(0, most[kind]);
  return entries.filter((entry) => kept.includes(entry));
}

function refuseSharedAliases(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { named } of entries) {
    const alias = named.alias;
    if (alias === undefined) continue;
    if (seen.has(alias.toLowerCase()))
      throw new KinoraError('invalid_request', `The alias "${alias}" is given twice.`, {
        hint: 'Give each reference one of its own.',
      });
    seen.add(alias.toLowerCase());
  }
}

/** Over a canonical form, in which what is absent is null. */
const hashOf = (entries: readonly Entry[]) =>
  sha256(
    JSON.stringify(
      entries.map(({ left: { kind, source }, named: { role, alias } }) => [kind, source, role, alias]),
    ),
  );
