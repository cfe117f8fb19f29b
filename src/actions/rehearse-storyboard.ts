import { randomInt } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalEngine, Progress, ReferenceFile } from '../domain/engine.ts';
import { AppError } from '../domain/errors.ts';
import type { Note, Plan } from '../domain/plan.ts';
import { planGeneration } from '../domain/plan-generation.ts';
import type { GenerationRequest, Reference } from '../domain/request.ts';
import type { Storyboard } from '../domain/storyboard.ts';
import type { Scratch } from '../files/scratch.ts';
import type { Media } from '../media/media.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';
import { obtain, type RehearsalReference } from './rehearsal-reference.ts';

/** A request for one video, with references that no account keeps. */
export type RehearsalCommand = Omit<GenerationRequest, 'references' | 'storyboard'> & {
  references: readonly RehearsalReference[];
};

export interface RehearsalDeps {
  engine: LocalEngine;
  media: Pick<Media, 'probe'>;
  fetch: SafeFetch;
  scratch: Scratch;
}

export type Rehearsal =
  | { status: 'done'; storyboard: Storyboard; notes: Note[] }
  | { status: 'failed'; message: string };

/**
 * Decides the film of a request without making it, and writes a picture of its shots to `stripPath`. Nothing is kept,
 * nothing is charged. Throws an AppError for every refusal.
 */
export async function rehearseStoryboard(
  deps: RehearsalDeps,
  command: RehearsalCommand,
  options: { stripPath: string; signal: AbortSignal; onProgress(progress: Progress): void },
): Promise<Rehearsal> {
  const { engine, scratch } = deps;
  const { stripPath, signal, onProgress } = options;
  return scratch.withFolder(async (folder) => {
    const { references, files } = await obtainAll(deps, { command, folder, signal });
    const plan = planOf(engine, { ...command, references });
    const directory = join(folder, 'strip');
    await mkdir(directory);
    const result = await storyboardOf(engine, plan, { references: files, directory, signal, onProgress });
    if (result.status === 'failed') return { status: 'failed', message: result.message };
    await copyFile(result.stripPath, stripPath);
    const { storyboard, notes } = result;
    return { status: 'done', storyboard, notes: [...plan.adjustments, ...notes] };
  });
}

async function obtainAll(
  deps: RehearsalDeps,
  options: { command: RehearsalCommand; folder: string; signal: AbortSignal },
): Promise<{ references: Reference[]; files: ReferenceFile[] }> {
  const { command, folder, signal } = options;
  const references: Reference[] = [];
  const files: ReferenceFile[] = [];
  for (const [index, reference] of command.references.entries()) {
    const { kind, role } = reference;
    const to = join(folder, String(index));
    const { path, sha256, facts } = await obtain(deps, { reference, to, signal });
    const position = references.filter((earlier) => earlier.kind === kind).length + 1;
    references.push({ kind, position, sha256, facts, ...(role === undefined ? {} : { role }) });
    files.push({ path, facts });
  }
  return { references, files };
}

function planOf(engine: LocalEngine, request: GenerationRequest): Plan {
  const planned = planGeneration({
    request,
    engine: engine.name,
    capabilities: engine.capabilities,
    freshSeed: randomInt(2 ** 31),
    publicFiles: false,
  });
  if (planned.status === 'planned') return planned.plan;
  const { faults } = planned;
  throw new AppError(faults[0]?.code ?? 'invalid_request', faults[0]?.message ?? 'It cannot be planned.', {
    faults,
  });
}

function storyboardOf(engine: LocalEngine, ...job: Parameters<NonNullable<LocalEngine['storyboard']>>) {
  if (engine.storyboard === undefined)
    throw new AppError('unsupported_by_engine', `The engine "${engine.name}" makes no storyboards.`);
  return engine.storyboard(...job);
}
