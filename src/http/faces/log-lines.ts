import { isFinal } from '../../domain/generation.ts';
import type { GenerationRow } from '../../store/generation-row.ts';

/** One thing that happened to a generation, for a person who reads a log. */
export interface LogLine {
  at: Date;
  level: 'INFO' | 'WARN' | 'ERROR';
  message: string;
}

/** What the plan changed, how far the work has come, what the engine noted, and why it failed if it did; in order. */
export function logLines(row: GenerationRow): LogLine[] {
  const { plan, createdAt, startedAt, finishedAt, engine, failureMessage, notes, checks } = row;
  const lines: LogLine[] = plan.adjustments.map(({ message }) => ({ at: createdAt, level: 'INFO', message }));
  if (startedAt !== null)
    lines.push({ at: startedAt, level: 'INFO', message: `Begun on the engine ${engine}.` });
  const last = finishedAt ?? startedAt ?? createdAt;
  const say = (level: LogLine['level'], message: string) => lines.push({ at: last, level, message });
  if (!isFinal(row.status) && row.phase !== null)
    say('INFO', `${row.phase}: ${Math.floor(row.progress * 100)} % of the whole.`);
  for (const { message } of notes) say('INFO', message);
  for (const { status, message } of checks) if (status !== 'passed') say('WARN', message);
  if (failureMessage !== null) say('ERROR', failureMessage);
  return lines;
}
