/** What failures may have in common. In the order in which one is believed where two explain as much. */
export const failureDimensions = ['engine', 'workflow', 'tag', 'reference', 'duration', 'ratio'] as const;

export type FailureDimension = (typeof failureDimensions)[number];

/** One thing that failed attempts have in common, and how it did otherwise, on the same engine. */
export interface FailureCandidate {
  dimension: FailureDimension;
  /** Of a reference: its sha256. */
  value: string;
  failures: number;
  /** Finished ones, however they ended. */
  attempts: number;
}

const leastFailures = 5;
const leastShare = 0.2;

/**
 * Failures of one kind are systematic if at least 5 of them are at least a fifth of the finished attempts of their
 * engine, or of those with one workflow, tag, reference, duration or aspect ratio. They concentrate on the one that
 * explains them best: where most of what has it fails, and most of what fails has it (the harmonic mean of the two).
 */
export function judgeFailures(
  count: number,
  candidates: readonly FailureCandidate[],
): { systematic: boolean; concentration: FailureCandidate | undefined } {
  const explains = ({ failures, attempts }: FailureCandidate) => {
    const share = failures / attempts;
    const cover = failures / count;
    return (2 * share * cover) / (share + cover);
  };
  const [best] = candidates
    .filter(({ failures, attempts }) => failures >= leastFailures && failures / attempts >= leastShare)
    .sort(
      (a, b) =>
        explains(b) - explains(a) ||
        failureDimensions.indexOf(a.dimension) - failureDimensions.indexOf(b.dimension) ||
        (a.value < b.value ? -1 : 1),
    );
  return { systematic: best !== undefined, concentration: best };
}
