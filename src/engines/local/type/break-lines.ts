import type { Piece } from './line-pieces.ts';

/**
 * Divides the pieces into as few lines as fit `width`, at most `maxLines`, so that the lines are as equal as they
 * can be: the sum of the squares of what they leave free is least (the measure of Knuth and Plass, "Breaking
 * paragraphs into lines", without stretch), with a surcharge for ends that read ill and for a lone short last word.
 * Undefined where it takes more lines.
 */
export function breakLines(
  pieces: readonly Piece[],
  options: { width: number; maxLines: number; widthOf: (text: string) => number },
): string[] | undefined {
  for (let lines = 1; lines <= options.maxLines; lines++) {
    const best = balance(pieces, { ...options, lines });
    if (best !== undefined) return best;
  }
  return undefined;
}

interface Division {
  cost: number;
  /** Index behind the last piece of each line. */
  ends: number[];
}

function balance(
  pieces: readonly Piece[],
  { width, lines, widthOf }: { width: number; lines: number; widthOf: (text: string) => number },
): string[] | undefined {
  const textOf = (from: number, to: number) =>
    pieces
      .slice(from, to)
      .map(({ text }) => text)
      .join('')
      .trimEnd();
  /** The best way to set the first `end` pieces in so many lines. */
  let reached = new Map<number, Division>([[0, { cost: 0, ends: [] }]]);
  for (let line = 1; line <= lines; line++) {
    const next = new Map<number, Division>();
    for (const [from, division] of reached)
      for (let to = from + 1; to <= pieces.length; to++) {
        const measured = widthOf(textOf(from, to));
        if (measured > width) break;
        const last = to === pieces.length;
        const free = 1 - measured / width;
        const cost = division.cost + free * free + lineCost({ pieces, from, to, free, last });
        if (cost < (next.get(to)?.cost ?? Number.POSITIVE_INFINITY))
          next.set(to, { cost, ends: [...division.ends, to] });
        if (pieces[to - 1]?.ends === true) break;
      }
    reached = next;
  }
  const ends = reached.get(pieces.length)?.ends;
  return ends?.map((end, index) => textOf(ends[index - 1] ?? 0, end));
}

function lineCost(line: {
  pieces: readonly Piece[];
  from: number;
  to: number;
  free: number;
  last: boolean;
}): number {
  const { pieces, from, to, free, last } = line;
  if (!last) return pieces[to - 1]?.cost ?? 0;
  const widow = from > 0 && to - from === 1 && free > 0.7 && pieces[from - 1]?.ends !== true;
  return widow ? 0.5 : 0;
}
