import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { adaptedFacts } from '../../domain/adapt-reference.ts';
import type { Adaptation } from '../../domain/adaptation.ts';
import type { Capabilities } from '../../domain/capabilities.ts';
import type { ReferenceFile, RemoteEngine } from '../../domain/engine.ts';
import { AppError } from '../../domain/errors.ts';
import { type MediaKind, mediaKinds } from '../../domain/media-facts.ts';
import type { Note } from '../../domain/plan.ts';
import type { Reference } from '../../domain/request.ts';
import { UnreadableMedia } from '../../media/unreadable.ts';
import type { GenerationRow } from '../../store/generation-row.ts';
import type { PipelineDeps } from '../deps.ts';
import { adaptMedia } from './adapt-media.ts';

export interface Prepared {
  references: ReferenceFile[];
  /** What was changed beyond the plan, because a file turned out too large. */
  notes: Note[];
}

type PrepareDeps = Pick<PipelineDeps, 'files' | 'referenceUrl' | 'media'>;

/**
 * The references of a generation as files that its engine takes, adapted ones in `folder`. Throws an AppError `not_found`
 * for one that is gone, and `reference_unreadable` or `reference_too_large` for one that cannot be adapted; whatever else
 * it throws is a fault of this machine, and may pass.
 */
export async function prepareReferences(
  deps: PrepareDeps,
  given: {
    generation: Pick<GenerationRow, 'id' | 'plan'>;
    engine: Pick<RemoteEngine, 'capabilities'>;
    folder: string;
    signal: AbortSignal;
  },
): Promise<Prepared> {
  const { generation, engine, folder, signal } = given;
  const { references, adaptations = [] } = generation.plan;
  const prepared: Prepared = { references: [], notes: [] };
  const paths = new Map<string, string>();
  for (const { sha256 } of references) paths.set(sha256, await deps.files.localPath(sha256));
  const pathOf = ({ sha256 }: Reference) => paths.get(sha256) ?? '';
  const shares = await sharesOf(engine.capabilities, references, pathOf);
  for (const reference of references) {
    const { kind, position, facts } = reference;
    const path = pathOf(reference);
    const planned = adaptations.find((one) => one.kind === kind && one.position === position);
    const maxBytes = Math.min(maxBytesOf(engine.capabilities, kind), shares[kind]);
    const isTooLarge = planned === undefined && (await stat(path)).size > maxBytes;
    if (planned === undefined && !isTooLarge) {
      const publicUrl = deps.referenceUrl(generation.id, reference);
      prepared.references.push({ path, facts, ...(publicUrl === undefined ? {} : { publicUrl }) });
      continue;
    }
    const { file, tries } = await adapt(deps, {
      reference,
      path,
      adaptation: planned ?? asItIs(reference),
      maxBytes,
      to: join(folder, `${kind}-${position}-${basename(path)}`),
      signal,
    });
    prepared.references.push(file);
    if (isTooLarge || tries > 1) prepared.notes.push(madeSmaller(reference, file, maxBytes));
  }
  return prepared;
}

/** Only where the engine gets the bytes from us: what its provider fetches from an address is the owner's file. */
function maxBytesOf({ travel, references }: Capabilities, kind: MediaKind): number {
  const isHandedOver = travel?.[kind].some((way) => way !== 'public_url') === true;
  return (isHandedOver ? references?.[kind]?.maxBytes : undefined) ?? Number.POSITIVE_INFINITY;
}

/** The most that each of a kind may have where all of it together has more than the engine takes. */
async function sharesOf(
  { maxTotalBytes = {} }: Capabilities,
  references: readonly Reference[],
  pathOf: (reference: Reference) => string,
): Promise<Record<MediaKind, number>> {
  const shares = {
    image: Number.POSITIVE_INFINITY,
    video: Number.POSITIVE_INFINITY,
    audio: Number.POSITIVE_INFINITY,
  };
  for (const kind of mediaKinds) {
    const limit = maxTotalBytes[kind];
    const ofKind = references.filter((reference) => reference.kind === kind);
    if (limit === undefined || ofKind.length === 0) continue;
    let total = 0;
    for (const reference of ofKind) total += (await stat(pathOf(reference))).size;
    if (total > limit) shares[kind] = Math.floor(limit / ofKind.length);
  }
  return shares;
}

const formats: Record<MediaKind, string> = { image: 'image/jpeg', video: 'video/mp4', audio: 'audio/wav' };

function asItIs({ kind, position, facts: { width, height } }: Reference): Adaptation {
  const even = (side: number) => (kind === 'video' ? 2 * Math.round(side / 2) : side);
  return {
    kind,
    position,
    contentType: formats[kind],
    ...(width === undefined || height === undefined ? {} : { width: even(width), height: even(height) }),
  };
}

/** How often a file is made smaller that is still too large, each time by so much on a side. */
const mostTries = 4;
const shrink = 0.7;

async function adapt(
  { media }: Pick<PrepareDeps, 'media'>,
  given: {
    reference: Reference;
    path: string;
    adaptation: Adaptation;
    maxBytes: number;
    to: string;
    signal: AbortSignal;
  },
): Promise<{ file: ReferenceFile; tries: number }> {
  const { reference, path, maxBytes, to, signal } = given;
  const { kind, position, facts } = reference;
  let adaptation = given.adaptation;
  for (let tries = 1; ; tries++) {
    try {
      await adaptMedia(media, { path, facts, signal }, adaptation, to);
    } catch (cause) {
      signal.throwIfAborted();
      // A full disk or a missing program is a fault of ours, which passes.
      if (!(cause instanceof UnreadableMedia)) throw cause;
      throw new AppError('reference_unreadable', `${kind} ${position} could not be adapted to its engine.`, {
        cause,
      });
    }
    const { size } = await stat(to);
    if (size <= maxBytes) return { file: { path: to, facts: adaptedFacts(facts, adaptation) }, tries };
    await rm(to);
    if (tries === mostTries || adaptation.width === undefined)
      throw new AppError(
        'reference_too_large',
        `${kind} ${position} has ${size} bytes even when made smaller; its engine takes ${maxBytes}.`,
      );
    adaptation = smaller(adaptation);
  }
}

function smaller(adaptation: Adaptation): Adaptation {
  const { kind, width = 0, height = 0 } = adaptation;
  const step = kind === 'video' ? 2 : 1;
  const side = (value: number) => Math.max(16, Math.floor((value * shrink) / step) * step);
  return { ...adaptation, width: side(width), height: side(height) };
}

function madeSmaller({ kind, position }: Reference, { facts }: ReferenceFile, maxBytes: number): Note {
  const size = facts.width === undefined ? '' : ` of ${facts.width} × ${facts.height} pixels`;
  return {
    code: 'reference_adapted',
    message: `${kind[0]?.toUpperCase()}${kind.slice(1)} ${position} was larger than the ${maxBytes.toLocaleString('en')} bytes that the engine takes, and went to it as ${facts.contentType}${size}; your file stays as it is.`,
  };
}
