/** A stretch of text that is never broken inside. */
export interface Piece {
  /** With the space after it. */
  text: string;
  /** The line ends behind it, whatever its length. */
  ends: boolean;
  /** How ill a line end behind it reads, 0 not at all. */
  cost: number;
}

/**
 * Where a text may be broken: behind spaces, hyphens and dashes, and between the words of scripts that write none
 * (line breaking classes of UAX #14, words by `Intl.Segmenter`). Closing marks stay with what is before them,
 * opening marks with what follows, and a Japanese particle with its word.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const rows = text.split('\n');
  for (const [row, line] of rows.entries()) {
    const parts = breakRow(line.trim());
    for (const [index, part] of parts.entries())
      pieces.push({
        text: part,
        ends: index === parts.length - 1 && row < rows.length - 1,
        cost: breakCost(part, parts[index + 1]),
      });
  }
  return pieces;
}

/** The same stretches cut between any two characters: for a word wider than the frame. */
export function lettersOf(text: string): Piece[] {
  return piecesOf(text).flatMap((piece) => {
    const letters = [...graphemes.segment(piece.text.trimEnd())].map(({ segment }) => segment);
    return letters.map((letter, index) =>
      index === letters.length - 1
        ? { ...piece, text: letter + piece.text.slice(piece.text.trimEnd().length) }
        : { text: letter, ends: false, cost: withinWord },
    );
  });
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const words = new Intl.Segmenter('ja', { granularity: 'word' });

const withinWord = 0.5;

function breakRow(row: string): string[] {
  const parts: string[] = [];
  for (const { segment } of words.segment(row)) {
    const last = parts.at(-1);
    if (last !== undefined && !mayBreak(last, segment)) parts[parts.length - 1] = last + segment;
    else parts.push(segment);
  }
  return parts;
}

/** Scripts that put no spaces between words. */
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const joinsBefore =
  /^[\p{Pe}\p{Pf}\p{Mn}\p{Mc}ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々〜、。，．！？：；・…‥%％°℃!?.,:;)\]}'"’”ๆฯ]/u;
const joinsAfter = /[\p{Ps}\p{Pi}（「『【〈《〔¥￥$＄€£#＃@“‘]$/u;
const particle = /^[ぁ-ん]{1,2}$/u;
const hyphen = /[-‐–—/]$/u;

function mayBreak(before: string, after: string): boolean {
  if (/^\s/u.test(after)) return false;
  if (/[^\S\u00a0\u202f\u2060]$/u.test(before)) return true;
  if (joinsBefore.test(after) || joinsAfter.test(before)) return false;
  if (hyphen.test(before)) return before.length > 1 && /^\p{L}/u.test(after);
  if (particle.test(after)) return false;
  const [left, right] = [before.slice(-1), after.slice(0, 1)];
  if (/\p{M}$/u.test(before) && spaceless.test(before)) return /\p{L}/u.test(right);
  const meet = spaceless.test(left) || spaceless.test(right);
  return meet && /[\p{L}\p{N}\p{Po}\p{Pe}\p{Pf}]$/u.test(before) && /^[\p{L}\p{N}\p{Ps}\p{Pi}]/u.test(after);
}

/** Little words belong to what follows, a dash to what is before; a phrase that ends with a mark is a good place to stop. */
const little =
  /^(?:an?|the|of|to|in|on|at|by|for|from|with|and|or|but|is|&|de|la|le|les|el|los|un|une|et|à|y|o|der|die|das|und|den|im|am|og|i|på|till|för|z|w|na|do|и|в|на|с|для|και|με)$/iu;

const currency = /^(?:\p{Sc}|kr|zł|kč|ft|[A-Z]{3}|ر\.س|د\.إ|ج\.م|ريال|درهم)[.,:!؛،]*$/u;

/** Between a number and its currency, either way round, or within a number written in groups. */
const isWithinPrice = (word: string, next: string) =>
  (/\p{N}$/u.test(word) && (currency.test(next) || /^\p{N}{3}(?!\p{N})/u.test(next))) ||
  (currency.test(word) && /^\p{N}/u.test(next));

function breakCost(part: string, next: string | undefined): number {
  const word = part.trim();
  if (little.test(word) || (next !== undefined && /^[–—]/u.test(next))) return 0.12;
  if (next !== undefined && isWithinPrice(word, next.trim())) return 0.5;
  if (/\p{N}$/u.test(word) && next !== undefined && /^[\p{L}%€$£¥]/u.test(next)) return 0.1;
  if (/[,;:.!?…—–、。，،؛।]$/u.test(word)) return -0.04;
  return 0;
}
