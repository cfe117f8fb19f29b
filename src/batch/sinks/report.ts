import { isRehearsalAddress } from './rehearsal-address.ts';
import type { SinkReport, SinkResult } from './sink.ts';
import { refuseAddress } from './stable-address.ts';

const mostRefusals = 100;

/** What a write came to, while it is being counted. */
export interface OpenReport {
  written(): void;
  checked(): void;
  skipped(): void;
  refuse(key: string, reason: string): void;
  close(): SinkReport;
}

export function openReport(): OpenReport {
  const report: SinkReport = { written: 0, checked: 0, skipped: 0, refused: 0, refusals: [] };
  return {
    written() {
      report.written += 1;
    },
    checked() {
      report.checked += 1;
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

const isMade = (result: SinkResult): result is MadeResult => result.video_url !== null;

/** The results whose addresses may be written; the others are told in the report. */
export async function* admitted(
  results: AsyncIterable<SinkResult>,
  { report, allowLocal, signal }: { report: OpenReport; allowLocal: boolean; signal: AbortSignal },
): AsyncGenerator<SinkResult, void, undefined> {
  for await (const result of results) {
    signal.throwIfAborted();
    const reason = [result.video_url, result.poster_url]
      .map((address) =>
        address === null || (result.rehearsal && isRehearsalAddress(address))
          ? undefined
          : refuseAddress(address, allowLocal),
      )
      .find((reason) => reason !== undefined);
    if (reason === undefined) yield result;
    else report.refuse(result.key, reason);
  }
}

/** What a table or a receiver is told: of records that show a video, and of those that it was told one of and show none any more. */
export async function* toTell(
  results: AsyncIterable<SinkResult>,
  report: OpenReport,
): AsyncGenerator<SinkResult, void, undefined> {
  for await (const result of results) {
    if (isMade(result) || result.telling?.isShown === false) yield result;
    else report.skipped();
  }
}

/** Those whose record shows a video, the newest or the last good one; of a rehearsal those that have theirs. */
export async function* madeOnly(
  results: AsyncIterable<SinkResult>,
  report: OpenReport,
): AsyncGenerator<MadeResult, void, undefined> {
  for await (const result of results) {
    // The very same object: whoever is asked for its bytes may know it by that.
    if (isMade(result)) yield result;
    else report.skipped();
  }
}
