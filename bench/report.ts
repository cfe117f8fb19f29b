export interface Figure {
  case: string;
  ours: number;
  /** The same work by the least that can do it, or the same figure at rest; null where there is none. */
  baseline: number | null;
  unit: string;
  /** Latencies and memory are shown side by side without a ratio. */
  ratio?: number;
  /** The same work by others, in the same unit or as a ratio; null where one cannot do it. */
  peers?: Record<string, number | null>;
}

export interface Report {
  add(figure: Figure): void;
  /** A line about what is going on, for people; never on standard output. */
  say(text: string): void;
}

/** With `json` one object a line on standard output and nothing else there; otherwise a line for people. */
export function createReport(bench: string, json: boolean): Report {
  return {
    add({ case: name, ours, baseline, ratio, unit, peers = {} }) {
      const figures = { ours: round(ours), baseline: baseline === null ? null : round(baseline) };
      const others = Object.fromEntries(
        Object.entries(peers).map(([peer, value]) => [peer, value === null ? null : round(value)]),
      );
      const share = ratio === undefined ? {} : { ratio: Number(ratio.toFixed(3)) };
      process.stdout.write(
        json
          ? `${JSON.stringify({ bench, case: name, ...figures, ...share, ...others, unit })}\n`
          : `${bench}  ${name.padEnd(44)} ${show(ours)} ${unit.padEnd(10)} baseline ${baseline === null ? '-' : show(baseline)}${ratio === undefined ? '' : `  ratio ${ratio.toFixed(2)}`}${Object.entries(
              others,
            )
              .map(([peer, value]) => `  ${peer} ${value ?? '-'}`)
              .join('')}\n`,
      );
    },
    say: (text) => process.stderr.write(`${text}\n`),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

const round = (value: number) => Number(value.toPrecision(4));

const show = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 }).padStart(9);
