/** What becomes of times that passed while the server was down: nothing, or one run for all of them. */
export const catchUps = ['skip', 'once'] as const;

export type CatchUp = (typeof catchUps)[number];

/** What becomes of a time at which the run before is not done: it is left out, or begins afterwards. */
export const overlaps = ['skip', 'wait'] as const;

export type Overlap = (typeof overlaps)[number];

/**
 * How a run of a stored workflow stands. `planning`: its source is read and its rows are sent. `running`: the server makes
 * them. `skipped`: it was due and left out.
 */
export const runStates = ['queued', 'planning', 'running', 'done', 'failed', 'skipped', 'canceled'] as const;

export type RunState = (typeof runStates)[number];

export type EndedRunState = 'done' | 'failed' | 'skipped' | 'canceled';

export const runCauses = ['schedule', 'manual'] as const;

export type RunCause = (typeof runCauses)[number];

/** Why a run is not done. */
export interface RunReason {
  /** One of ours, such as `overlap`; or the code of the error that ended it. */
  code: string;
  message: string;
  hint?: string;
}

/** Rows of the source, as the plan found them and as they ended. */
export interface RunRows {
  all: number;
  new: number;
  changed: number;
  unchanged: number;
  /** Failed before, and tried again or left alone. */
  failed_before: number;
  invalid: number;
  /** Asked for by this run. */
  sent: number;
  made: number;
  failed: number;
  /** With a job of which nobody could tell what becomes of it when the run ended; absent in runs of long ago. */
  parked?: number;
  /** Waiting for a cap or for credits when the run ended: they go on by themselves. */
  waiting: number;
}

/** What a sink wrote. */
export interface RunSink {
  name: string;
  written: number;
  /** Of a rehearsal: tried, and nothing left behind. */
  checked?: number;
  skipped: number;
  refused: number;
  refusals: { key: string; reason: string }[];
}
