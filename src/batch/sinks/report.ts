import type { SinkReport, SinkResult } from './sink.ts';
import { refuseAddress } from './stable-address.ts';

const mostRefusals = 100;

/** What a write came to, while it is being counted. */
export interface OpenReport {
  written(): void;
  skipped(): void;
  refuse(key: string, reason: string): void;
  close(): SinkReport;
}

export function openReport(): OpenReport {
  const report: SinkReport = { written: 0, skipped: 0, refused: 0, refusals: [] };
  return {
    written() {
      report.written += 1;
    },
    skipped() {
      report.skipped += 1;
    },
    refuse(key, reason) {
      report.refused += 1;
      if (report.refusals.length < mostRefusals) report.refusals.push({ key, reason });
    },
    close: () => report,
  };
}

/** A result that has its video. */
export type MadeResult = SinkResult & { video_url: string };

/** The results whose addresses may be written; the others are told in the report. */
export async function* admitted(
  results: AsyncIterable<SinkResult>,
  { report, allowLocal, signal }: { report: OpenReport; allowLocal: boolean; signal: AbortSignal },
): AsyncGenerator<SinkResult, void, undefined> {
  for await (const result of results) {
    signal.throwIfAborted();
    const reason = [result.video_url, result.poster_url]
      .map((address) => (address === null ? undefined : refuseAddress(address, allowLocal)))
      .find((reason) => reason !== undefined);
    if (reason === undefined) yield result;
    else report.refuse(result.key, reason);
  }
}

/**
 * Those whose record shows a video, the newest or the last good one, and rehearsals only where they are wanted.
 */
export async function* madeOnly(
  results: AsyncIterable<SinkResult>,
  { report, rehearsals }: { report: OpenReport; rehearsals: boolean },
): AsyncGenerator<MadeResult, void, undefined> {
  for await (const result of results) {
    if (result.rehearsal && !rehearsals)
      report.refuse(
        result.key,
        'it is a rehearsal. Set rehearsals: true for the sink if it is to have them.',
      );
    else if (result.video_url === null) report.skipped();
    else yield { ...result, video_url: result.video_url };
  }
}
