import type { Token } from './clauses.ts';
import type { CaptionDirection } from './meaning.ts';
import { isNegated } from './negation.ts';

export const captionLimits = { characters: 120, count: 4 } as const;

type At = CaptionDirection['at'];

const announcing = new Set(
  `caption captions title titles headline tagline slogan subtitle text texts word words says say saying reads read
  reading claim message lettering typography written writing label overlay price offer badge bildunterschrift untertitel
  titel légende titre título texto`.split(/\s+/),
);
const naming = new Set('the a an this that our its my called named of like'.split(' '));

const times: Record<At, ReadonlySet<string>> = {
  start: new Set('start starts starting begin begins beginning open opens opening first intro'.split(' ')),
  middle: new Set('middle midway halfway centre center'.split(' ')),
  end: new Set(
    'end ends ending close closes closing last final finally finish finishes outro conclude'.split(' '),
  ),
  whole: new Set('throughout whole entire always permanently'.split(' ')),
};

export interface QuotedTexts {
  captions: CaptionDirection[];
  /** Which captions had to be cut to their length. */
  cut: string[];
  /** Quoted, but the name of something. */
  names: string[];
  /** Negated: `no text "Sale"`. */
  refused: string[];
  /** More than a film has room for. */
  dropped: string[];
}

/** Reads the quoted texts: which are captions, and when they show. */
export function readCaptions(tokens: readonly Token[]): QuotedTexts {
  const quoted: QuotedTexts = { captions: [], cut: [], names: [], refused: [], dropped: [] };
  const found: { text: string; at?: At }[] = [];
  for (const [index, { quotation }] of tokens.entries()) {
    const said = quotation?.text ?? '';
    const text = cutAtWord(said);
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    if (isName(tokens, index)) quoted.names.push(said);
    else if (isNegated({ tokens, first: index })) quoted.refused.push(said);
    else if (found.length === captionLimits.count) quoted.dropped.push(said);
    else {
      const at = timeOf(tokens, index);
      found.push(at === undefined ? { text } : { text, at });
      if (text.length < said.length) quoted.cut.push(text);
    }
  }
  quoted.captions = found.map(({ text, at }, index) => ({
    text,
    at: at ?? defaultTime(index, found.length),
  }));
  return quoted;
}

function defaultTime(index: number, count: number): At {
  if (index === 0) return 'start';
  return index === count - 1 ? 'end' : 'middle';
}

/** `The "Fjell" mug` names a product; `the words "Fjell"` and `with "Fjell"` do not. */
function isName(tokens: readonly Token[], index: number): boolean {
  const { clause } = tokens[index] ?? {};
  const before = [1, 2, 3].map((back) => tokens[index - back]).filter((token) => token?.clause === clause);
  if (before.some((token) => announcing.has(token?.word ?? ''))) return false;
  return naming.has(before[0]?.word ?? '');
}

/** Words about time after the text come first (`"A" at the end`), then those before it (`ends with "A"`). */
function timeOf(tokens: readonly Token[], index: number): At | undefined {
  const { clause, sentence } = tokens[index] ?? {};
  const after: string[] = [];
  for (let at = index + 1; tokens[at]?.clause === clause && tokens[at]?.quotation === undefined; at++)
    after.push(tokens[at]?.word ?? '');
  const byAfter = soonest(after);
  if (byAfter !== undefined) return byAfter;
  const before: string[] = [];
  for (let at = index - 1; tokens[at]?.clause === clause && tokens[at]?.quotation === undefined; at--)
    before.push(tokens[at]?.word ?? '');
  const byBefore = soonest(before);
  if (byBefore !== undefined || before.length > 2) return byBefore;
  // "At the end, "A"": the time stands in a clause of its own.
  const opening: string[] = [];
  const itsClause = tokens[index - before.length - 1]?.clause;
  for (
    let at = index - before.length - 1;
    tokens[at]?.clause === itsClause && tokens[at]?.sentence === sentence;
    at--
  )
    opening.push(tokens[at]?.word ?? '');
  return opening.length <= 4 && !opening.includes('@quote') ? soonest(opening) : undefined;
}

const reach = 8;

function soonest(words: readonly string[]): At | undefined {
  for (const word of words.slice(0, reach))
    for (const at of ['start', 'middle', 'end', 'whole'] as const) if (times[at].has(word)) return at;
  return undefined;
}

/** At most 120 characters, cut after a word; in a script without spaces after a character as people see it. */
function cutAtWord(text: string): string {
  if (text.length <= captionLimits.characters) return text;
  let whole = '';
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (whole.length + segment.length > captionLimits.characters) break;
    whole += segment;
  }
  const space = whole.search(/\s\S*$/);
  const atWordEnd = /^\s/.test(text.slice(whole.length));
  return (space <= captionLimits.characters / 2 || atWordEnd ? whole : whole.slice(0, space)).trim();
}

/** Words that only announce or place a caption, and so are not missed in the film. */
export const captionWords: ReadonlySet<string> = new Set([
  ...announcing,
  ...Object.values(times).flatMap((words) => [...words]),
]);
