import { chooseAspectRatio } from '../domain/choose-aspect-ratio.ts';
import type { Engine } from '../domain/engine.ts';
import { AppError, type Fault } from '../domain/errors.ts';
import type { Fallback, Note, Plan } from '../domain/plan.ts';
import { planGeneration } from '../domain/plan-generation.ts';
import type { GenerationRequest, Reference } from '../domain/request.ts';
import type { Deps } from './deps.ts';
import type { RehearsedEngine } from './find-rehearsed.ts';
import type { Sale } from './price-command.ts';
import type { Snapshots } from './snapshot-references.ts';
import type { SubmitCommand } from './submit-command.ts';

/** What the people in the references have agreed to. */
export type People = Pick<Snapshots, 'notes' | 'refuseUse'>;

/** What those who make it would do; throws an AppError for what the first of them refuses. */
export function planCommand(
  { publicFiles }: Pick<Deps, 'publicFiles'>,
  options: {
    sale: Sale;
    command: SubmitCommand;
    references: Reference[];
    people: People;
    freshSeed: number;
  },
): Plan {
  const { sale, command, references, people, freshSeed } = options;
  const { seed, storyboard, ...shape } = command;
  const ratio = chooseAspectRatio(command.aspectRatio, references);
  const request: GenerationRequest = {
    ...shape,
    aspectRatio: ratio.aspectRatio,
    references,
    ...(seed === undefined ? {} : { seed }),
    ...(storyboard === undefined ? {} : { storyboard }),
  };
  const planFor = ({ name: engine, capabilities }: Engine) =>
    planGeneration({ request, engine, capabilities, freshSeed, publicFiles });
  const rehearsed =
    sale.rehearsed === undefined
      ? undefined
      : planRehearsed(sale.rehearsed, { ...options, publicFiles }, request);
  const planned = planFor(sale.engine);
  if (planned.status === 'refused') throw refused(planned.faults);
  const notes = [...(command.notes ?? []), ...people.notes, ...ratio.notes];
  const fallbacks = sale.fallbacks.flatMap(({ engine }): Fallback[] => {
    // Nobody is filmed by an engine that they have not agreed to.
    if (people.refuseUse({ engine: engine.name, workflow: command.workflow }) !== undefined) return [];
    const other = planFor(engine);
    if (other.status === 'refused') return [];
    const { references: _, ...fallback } = other.plan;
    return [{ ...fallback, adjustments: [...notes, ...fallback.adjustments] }];
  });
  return {
    ...planned.plan,
    ...(fallbacks.length === 0 ? {} : { fallbacks }),
    ...(rehearsed === undefined ? {} : { rehearses: rehearsed.engine }),
    adjustments: [...sale.notes, ...notes, ...(rehearsed?.notes ?? []), ...planned.plan.adjustments],
  };
}

/** What the rehearsed engine would do for it; throws for what that one would refuse. */
function planRehearsed(
  { name: engine, capabilities }: RehearsedEngine,
  {
    command: { workflow },
    people,
    freshSeed,
    publicFiles,
  }: { command: SubmitCommand; people: People; freshSeed: number; publicFiles: boolean },
  request: GenerationRequest,
): { engine: string; notes: Note[] } {
  const why = people.refuseUse({ engine, workflow });
  if (why !== undefined)
    throw refused([
      { pointer: '', code: 'consent_invalid', message: `The consent of a person in it ${why}.` },
    ]);
  if (capabilities === undefined) return { engine, notes: [] };
  const planned = planGeneration({ request, engine, capabilities, freshSeed, publicFiles });
  if (planned.status === 'refused') throw refused(planned.faults);
  return { engine, notes: planned.plan.adjustments.filter(({ code }) => code !== 'seed_chosen') };
}

function refused(faults: Fault[]): AppError {
  const [first] = faults;
  if (first === undefined) throw new Error('a refusal needs a fault');
  return new AppError(first.code, first.message, { faults });
}
