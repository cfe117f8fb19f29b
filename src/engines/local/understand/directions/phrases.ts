import type { Token } from './clauses.ts';
import { isColour } from './clauses.ts';
import { verbForms } from './inflect.ts';

/** One meaning and its ways of being said. */
export interface PhraseRow<Meaning> {
  /**
   * Patterns, word by word: `pan~` any form of a verb, `a|b` either, `[a]` may be left out, `..2` up to two words
   * between, `@image` a tag, `@quote` a quotation, `$` the end of the clause, `!a|b` none of these next, `!colour`
   * no colour next.
   */
  said: readonly string[];
  means: Meaning;
}

export interface Match<Meaning> {
  row: PhraseRow<Meaning>;
  /** Indexes of the tokens that make the phrase; words in its gaps are free for other phrases. */
  tokens: number[];
}

export type FindPhrases<Meaning> = (tokens: readonly Token[]) => Match<Meaning>[];

type Element =
  | { words: ReadonlySet<string> }
  | { gap: number }
  | { endsHere: (next: Token | undefined) => boolean };

interface Pattern<Meaning> {
  row: PhraseRow<Meaning>;
  elements: Element[];
}

/** Makes a finder of all places where a row is said, overlapping ones too. Its time is linear in the tokens. */
export function compilePhrases<Meaning>(rows: readonly PhraseRow<Meaning>[]): FindPhrases<Meaning> {
  const byFirstWord = new Map<string, Pattern<Meaning>[]>();
  for (const row of rows)
    for (const said of row.said)
      for (const elements of variantsOf(said)) {
        const [first] = elements;
        if (first === undefined || !('words' in first))
          throw new Error(`The pattern "${said}" has to begin with a word.`);
        for (const word of first.words) {
          const others = byFirstWord.get(word);
          if (others === undefined) byFirstWord.set(word, [{ row, elements }]);
          else others.push({ row, elements });
        }
      }
  return (tokens) => {
    const spoken = new Set(tokens.map(({ word }) => word));
    const possible = new Map<string, Pattern<Meaning>[]>();
    for (const word of spoken)
      possible.set(word, byFirstWord.get(word)?.filter(({ elements }) => canMatch(elements, spoken)) ?? []);
    return tokens.flatMap(({ word }, index) =>
      (possible.get(word) ?? []).flatMap(({ row, elements }) => {
        const found = matchFrom({ tokens, elements, element: 0, token: index });
        return found === undefined ? [] : [{ row, tokens: found }];
      }),
    );
  };
}

/** Most patterns need a word the prompt does not have, which is cheaper to know than to find out at each place. */
const canMatch = (elements: readonly Element[], spoken: ReadonlySet<string>) =>
  elements.every((element) => !('words' in element) || [...element.words].some((word) => spoken.has(word)));

/** A pattern with each optional word once there and once not. */
export function variantsOf(said: string): Element[][] {
  let variants: Element[][] = [[]];
  for (const part of said.split(' ')) {
    const optional = /^\[(.+)\]$/.exec(part);
    const element = elementOf(optional?.[1] ?? part);
    const longer = variants.map((variant) => [...variant, element]);
    variants = optional === null ? longer : [...longer, ...variants];
  }
  return variants;
}

function elementOf(part: string): Element {
  if (part === '$') return { endsHere: (next) => next === undefined };
  if (part === '!colour') return { endsHere: (next) => next === undefined || !isColour(next) };
  if (part.startsWith('!')) {
    const refused = wordsOf(part.slice(1));
    return { endsHere: (next) => next === undefined || !refused.has(next.word) };
  }
  const gap = /^\.\.(\d)$/.exec(part);
  if (gap !== null) return { gap: Number(gap[1]) };
  return { words: wordsOf(part) };
}

const wordsOf = (part: string) =>
  new Set(part.split('|').flatMap((word) => (word.endsWith('~') ? verbForms(word.slice(0, -1)) : [word])));

/** Words that begin something new, which no gap may jump over. */
const connectors = new Set(
  'and or with without of by from in on onto as that which over against for like no not'.split(' '),
);

/** Gaps are at most nine words and patterns at most two gaps, which bounds the ways to try. */
function matchFrom(options: {
  tokens: readonly Token[];
  elements: readonly Element[];
  element: number;
  token: number;
}): number[] | undefined {
  const { tokens, elements, element, token } = options;
  const wanted = elements[element];
  if (wanted === undefined) return [];
  const here = tokens[token];
  const clause = tokens[token - 1]?.clause;
  const continues = element === 0 || here?.clause === clause;
  if ('endsHere' in wanted)
    return wanted.endsHere(continues ? here : undefined)
      ? matchFrom({ tokens, elements, element: element + 1, token })
      : undefined;
  if ('words' in wanted) {
    if (here === undefined || !continues || !wanted.words.has(here.word)) return undefined;
    const rest = matchFrom({ tokens, elements, element: element + 1, token: token + 1 });
    return rest === undefined ? undefined : [token, ...rest];
  }
  for (let skipped = 0; skipped <= wanted.gap; skipped++) {
    const rest = matchFrom({ tokens, elements, element: element + 1, token: token + skipped });
    if (rest !== undefined) return rest;
    const jumped = tokens[token + skipped];
    if (jumped === undefined || jumped.clause !== clause || connectors.has(jumped.word)) return undefined;
  }
  return undefined;
}
