import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

/**
 * What a run remembers, in `state.json` of its output folder. Everything that a lost answer could make twice is
 * written down before it is asked for.
 */
export type RunState = z.infer<typeof runStateSchema>;

export type RowState = z.infer<typeof rowStateSchema>;

const rowStateSchema = z.object({
  /**
   * `submitting`: asked for, perhaps; the answer is not known. `waiting`: the server has it. `complete`: the video is
   * here. `failed`: the server could not make it, or refused it.
   */
  status: z.enum(['submitting', 'waiting', 'complete', 'failed']),
  request_hash: z.string(),
  try: z.number().int(),
  generation_id: z.string().nullable(),
  /** Relative to the output folder; present when complete, as are the figures. */
  file: z.string().nullable(),
  poster: z.string().nullable(),
  seconds: z.number().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  bytes: z.number().nullable(),
  credits: z.number().nullable(),
  error: z.string().nullable(),
});

const runStateSchema = z.object({
  version: z.literal(1),
  workflow: z.string(),
  /** By sha256 of the content. */
  files: z.record(z.string(), z.object({ file_id: z.string() })),
  rows: z.record(z.string(), rowStateSchema),
});

export function emptyState(workflow: string): RunState {
  return { version: 1, workflow, files: {}, rows: {} };
}

/** Throws an AppError where the file is not a state, or that of another workflow. */
export function readState(text: string, options: { file: string; workflow: string }): RunState {
  const { file, workflow } = options;
  const hint = `Choose another output folder. Or remove ${file}: what was made is found again on the server.`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_state', `${file} is not JSON.`, { hint, cause });
  }
  const parsed = runStateSchema.safeParse(json);
  if (!parsed.success) throw new AppError('invalid_state', `${file} is not the state of a run.`, { hint });
  if (parsed.data.workflow !== workflow)
    throw new AppError(
      'invalid_state',
      `${file} belongs to the workflow "${parsed.data.workflow}", not to "${workflow}".`,
      { hint },
    );
  return parsed.data;
}

/** What is to be done for a row. */
export type NextStep =
  | { do: 'nothing' }
  /** Ask for the generation that is known, and fetch its video. */
  | { do: 'wait'; generationId: string; attempt: number }
  | { do: 'submit'; attempt: number };

/** `hasVideo`: whether the file of a complete row is there, whole. */
export function nextStep(saved: RowState | undefined, requestHash: string, hasVideo: boolean): NextStep {
  if (saved === undefined || saved.request_hash !== requestHash) return { do: 'submit', attempt: 1 };
  const { status, generation_id: generationId, try: attempt } = saved;
  switch (status) {
    case 'complete':
      if (hasVideo) return { do: 'nothing' };
      return generationId === null ? { do: 'submit', attempt } : { do: 'wait', generationId, attempt };
    case 'waiting':
      return generationId === null ? { do: 'submit', attempt } : { do: 'wait', generationId, attempt };
    // Perhaps the server has it: the same key finds it, or makes it now.
    case 'submitting':
      return { do: 'submit', attempt };
    case 'failed':
      return { do: 'submit', attempt: attempt + 1 };
  }
}

export function submittingRow(requestHash: string, attempt: number): RowState {
  return {
    status: 'submitting',
    request_hash: requestHash,
    try: attempt,
    generation_id: null,
    file: null,
    poster: null,
    seconds: null,
    width: null,
    height: null,
    bytes: null,
    credits: null,
    error: null,
  };
}
