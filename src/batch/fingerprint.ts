import { hash } from 'node:crypto';
import type { MediaKind } from '../domain/media-facts.ts';
import type { EndpointName } from '../domain/request.ts';

/** What a reference is to a row: a photo of its own, or what every row shares. */
export type ReferenceOrigin = 'photo' | 'brand' | 'video' | 'audio';

/** A reference with the content that counts. */
export interface FingerprintReference {
  kind: MediaKind;
  role: string | undefined;
  alias: string | undefined;
  /** 64 hex digits. */
  sha256: string;
  /** As the table or the workflow names it; renaming a file changes no fingerprint. */
  name: string;
  origin: ReferenceOrigin;
}

/** What all rows of a workflow have in common. */
export interface FingerprintBase {
  endpoint: EndpointName;
  durationSeconds: number;
  aspectRatio: string;
  seed: number | undefined;
  generateAudio: boolean;
  engine: string;
  /** The version of its model; null where the engine is not set up and nobody can tell. */
  model: string | null;
  /** `name@3` of a stored template. */
  template: string | null;
  /** `name@2` of a stored bundle. */
  bundle: string | null;
}

/** What is particular to a row. */
export interface FingerprintRow {
  prompt: string;
  references: readonly FingerprintReference[];
  /** The values that the template may use, by name. */
  fields: Readonly<Record<string, unknown>>;
}

/** What a fingerprint was made of, short enough to be kept with every version: the reasons of a change are told from it. */
export interface Parts {
  prompt: string;
  fields: Record<string, string>;
  settings: {
    endpoint: string;
    duration: number;
    aspect_ratio: string;
    seed: number | null;
    generate_audio: boolean;
  };
  engine: string;
  model: string | null;
  template: string | null;
  bundle: string | null;
  references: { name: string; of: ReferenceOrigin; as: string | null; hash8: string }[];
}

export interface Fingerprints {
  /** 64 hex digits: the same for two rows exactly if they ask for the same video. */
  of(row: Pick<FingerprintRow, 'prompt' | 'references'>): string;
  partsOf(row: FingerprintRow): Parts;
}

const edition = 1;

/**
 * sha256 over JSON with its members always in this order: edition, settings, engine and model, template and bundle with
 * their versions, prompt, and of each reference in order kind, role, alias and content. Names of files do not count.
 */
export function createFingerprints(base: FingerprintBase): Fingerprints {
  const { endpoint, durationSeconds, aspectRatio, generateAudio, engine, model, template, bundle } = base;
  const seed = base.seed ?? null;
  const shared = JSON.stringify([
    edition,
    [endpoint, durationSeconds, aspectRatio, seed, generateAudio],
    [engine, model],
    [template, bundle],
  ]);
  const settings = {
    endpoint,
    duration: durationSeconds,
    aspect_ratio: aspectRatio,
    seed,
    generate_audio: generateAudio,
  };
  // Rows share their brand, and often photos.
  const tokens = new WeakMap<FingerprintReference, string>();
  const tokenOf = (reference: FingerprintReference): string => {
    const known = tokens.get(reference);
    if (known !== undefined) return known;
    const { kind, role, alias, sha256 } = reference;
    const token = `,${kind},${role ?? ''},${alias === undefined ? '' : JSON.stringify(alias)},${sha256}`;
    tokens.set(reference, token);
    return token;
  };
  return {
    of({ prompt, references }) {
      let text = shared + JSON.stringify(prompt);
      for (const reference of references) text += tokenOf(reference);
      return hash('sha256', text);
    },
    partsOf: ({ prompt, references, fields }) => ({
      prompt: hash8(prompt),
      fields: Object.fromEntries(
        Object.entries(fields)
          .slice(0, mostFields)
          .map(([name, value]) => [name.slice(0, longestName), hash8(JSON.stringify(value) ?? '')]),
      ),
      settings,
      engine,
      model,
      template,
      bundle,
      references: references.map(({ name, origin, role, alias, sha256 }) => ({
        name: name.slice(-longestName),
        of: origin,
        as: alias ?? role ?? null,
        hash8: sha256.slice(0, 8),
      })),
    }),
  };
}

// Parts are kept for every version of every record: 8 KB is the most that the server takes.
const mostFields = 40;
const longestName = 80;

const hash8 = (text: string) => hash('sha256', text).slice(0, 8);
