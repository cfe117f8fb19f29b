import type { Capabilities } from '../domain/capabilities.ts';
import type { Note } from '../domain/plan.ts';
import { hostedCapabilities } from '../engines/hosted-capabilities.ts';
import { chooseEngine } from './choose-engine.ts';
import type { Deps } from './deps.ts';
import { likelyEngine, type Routed } from './route-request.ts';

/** The engine that a rehearsal stands in for. */
export interface RehearsedEngine {
  name: string;
  /** Undefined where they are known only once it is set up. */
  capabilities: Capabilities | undefined;
  notes: Note[];
}

/**
 * Whom a rehearsal stands in for: the engine that is named, set up or not; else the one that the route would probably
 * lead to. Throws an AppError for a name that no engine has.
 */
export async function findRehearsed(
  deps: Pick<Deps, 'store' | 'engines'>,
  asked: Routed,
): Promise<RehearsedEngine> {
  const { engine: name, purse } = asked;
  if (name === undefined) return standIn((await likelyEngine(deps, asked)).engine);
  const given = deps.engines.get(name)?.engine ?? hostedCapabilities(name);
  if (given !== undefined) return standIn(given);
  if (name === 'videos' || name === 'comfyui')
    return {
      name,
      capabilities: undefined,
      notes: [
        ...rehearsalNotes(name),
        {
          code: 'limits_unknown',
          message: `What "${name}" takes is known only once it is set up: it was not planned against.`,
        },
      ],
    };
  // Throws, with the names that there are.
  return standIn(chooseEngine(deps.engines, { purse, name }).engine);
}

const standIn = ({ name, capabilities }: { name: string; capabilities: Capabilities }): RehearsedEngine => ({
  name,
  capabilities,
  notes: rehearsalNotes(name),
});

const rehearsalNotes = (name: string): Note[] => [
  {
    code: 'rehearsal',
    message: `A rehearsal for the engine "${name}": made by the embedded one, at 0 credits and for no record.`,
  },
];
