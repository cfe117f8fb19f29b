import type { Status, WaitingOn } from './generation.ts';

/** Everything that can keep a generation from moving, as it stands just now. */
export interface WaitFacts {
  status: Status;
  accountPaused: boolean;
  accountRunning: number;
  accountLimit: number;
  batchPaused: boolean;
  enginePaused: boolean;
  /** In the future, or null. */
  coolingUntil: Date | null;
  coolingReason: string | null;
  /** Null where every process has slots of its own. */
  engineSlots: number | null;
  engineRunning: number;
  /** In the future, or null. */
  retryUntil: Date | null;
  /** Of the attempt under way at a provider. */
  step: 'starting' | 'running' | 'collecting' | 'unknown' | 'late' | null;
  /** How often that step was tried in vain. */
  tries: number;
}

export interface WaitReason {
  code: WaitingOn;
  message: string;
  /** How much of a limit is in use, where there is one. */
  limit?: number;
  used?: number;
  /** When it passes by itself, where that is known. */
  until?: Date;
  /** What would help, and who can do it. */
  help: string;
}

/** Why it does not move, what holds longest first; empty while it moves and when it has ended. */
export function waitReasons(facts: WaitFacts): WaitReason[] {
  if (facts.status === 'processing') return verdictReasons(facts);
  if (facts.status !== 'pending') return [];
  const reasons = [...pauses(facts), ...limits(facts)];
  return reasons.length > 0 ? reasons : [nextInLine];
}

/** The one word for it; null while it moves and when it has ended. */
export function waitingOn(facts: WaitFacts): WaitingOn | null {
  return waitReasons(facts)[0]?.code ?? null;
}

/** Whether it waits for somebody to do something, so that no time can be told. */
export function isHalted({ accountPaused, batchPaused, enginePaused }: WaitFacts): boolean {
  return accountPaused || batchPaused || enginePaused;
}

function verdictReasons({ step, tries }: WaitFacts): WaitReason[] {
  if (step === 'unknown')
    return [
      {
        code: 'provider_verdict',
        message: 'Nobody can tell whether its provider has it; its credits stay held.',
        help: 'A callback of the provider or the operator decides; nothing is asked twice.',
      },
    ];
  if (step === 'starting' && tries > 0)
    return [
      {
        code: 'provider_verdict',
        message: 'Its provider has not answered whether it has taken it.',
        help: 'Nothing: the provider is asked again by itself.',
      },
    ];
  return [];
}

function pauses(facts: WaitFacts): WaitReason[] {
  const reasons: WaitReason[] = [];
  if (facts.accountPaused)
    reasons.push({
      code: 'account_paused',
      message: 'Its account is paused.',
      help: 'Resume it with POST /v1/accounts/{id}/resume.',
    });
  if (facts.batchPaused)
    reasons.push({
      code: 'batch_paused',
      message: 'Its batch is paused.',
      help: 'Resume it with POST /v1/batches/{id}/resume.',
    });
  if (facts.enginePaused)
    reasons.push({
      code: 'engine_paused',
      message: 'Its engine is paused by the operator.',
      help: 'The operator resumes it with POST /v1/engines/{name}/resume.',
    });
  return reasons;
}

function limits(facts: WaitFacts): WaitReason[] {
  const { accountRunning, accountLimit, coolingUntil, engineSlots, engineRunning, retryUntil } = facts;
  const reasons: WaitReason[] = [];
  if (retryUntil !== null)
    reasons.push({
      code: 'retry_pause',
      message: 'It failed in a way that can pass, and is tried again after a pause.',
      until: retryUntil,
      help: 'Nothing: it goes on by itself.',
    });
  if (accountRunning >= accountLimit)
    reasons.push({
      code: 'account_concurrency',
      message: `Its account makes ${accountRunning} of at most ${accountLimit} videos at once.`,
      limit: accountLimit,
      used: accountRunning,
      help: 'A higher concurrency_limit, which the operator sets with PATCH /v1/accounts/{id}.',
    });
  if (coolingUntil !== null)
    reasons.push({
      code: 'engine_cooling_down',
      message: facts.coolingReason ?? 'Its engine is left alone for a while.',
      until: coolingUntil,
      help: 'Nothing: it goes on by itself.',
    });
  if (engineSlots !== null && engineRunning >= engineSlots)
    reasons.push({
      code: 'engine_slot',
      message: `All ${engineSlots} slots of its engine are in use.`,
      limit: engineSlots,
      used: engineRunning,
      help: 'A higher priority puts it before others of its batch: PATCH /v1/generations/{id}.',
    });
  return reasons;
}

const nextInLine: WaitReason = {
  code: 'engine_slot',
  message: 'It waits for its turn on its engine.',
  help: 'A higher priority puts it before others of its batch: PATCH /v1/generations/{id}.',
};
