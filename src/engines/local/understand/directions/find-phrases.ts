import type { Token } from './clauses.ts';
import { lexicon } from './lexicon.ts';
import { isNegated } from './negation.ts';
import type { Meaning } from './phrase.ts';
import { compilePhrases, type Match } from './phrases.ts';

export interface Found {
  meaning: Meaning;
  /** Indexes of its tokens, in order. */
  tokens: number[];
  first: number;
  last: number;
  /** As written in the prompt. */
  text: string;
  /** "no bokeh": asked not to be there. */
  refused: boolean;
}

const findAll = compilePhrases<Meaning>(Object.values(lexicon).flat());

/**
 * The phrases of a prompt in order. Those about one thing may not share a word; the longest wins, so that "camera
 * rotates" is not also "rotates". Phrases about different things may: "dark marble table".
 */
export function findPhrases(prompt: string, tokens: readonly Token[]): Found[] {
  const taken = new Map<string, Set<number>>();
  const kept = findAll(tokens)
    .map((match, order) => ({ ...match, order }))
    .sort(
      (one, other) =>
        other.tokens.length - one.tokens.length || spanOf(one) - spanOf(other) || one.order - other.order,
    )
    .filter((match) => takesFreeWords(match, taken));
  kept.sort((one, other) => firstOf(one) - firstOf(other) || one.order - other.order);
  const refusedEnds = new Set<number>();
  return kept.map(({ row, tokens: found }) => {
    const first = found[0] ?? 0;
    const last = found.at(-1) ?? first;
    const refused = isNegated({ tokens, first, isRefused: (token) => refusedEnds.has(token) });
    if (refused) refusedEnds.add(last);
    const text = prompt.slice(tokens[first]?.start, tokens[last]?.end).replace(/\s+/g, ' ');
    return { meaning: row.means, tokens: found, first, last, text, refused };
  });
}

const firstOf = ({ tokens }: Match<Meaning>) => tokens[0] ?? 0;
const spanOf = ({ tokens }: Match<Meaning>) => (tokens.at(-1) ?? 0) - (tokens[0] ?? 0);

function takesFreeWords({ row, tokens }: Match<Meaning>, taken: Map<string, Set<number>>): boolean {
  const field = fieldOf(row.means);
  const words = taken.get(field) ?? new Set();
  if (tokens.some((token) => words.has(token))) return false;
  taken.set(field, words);
  for (const token of tokens) words.add(token);
  return true;
}

/** Phrases of one field compete for the words. What moves, who moves it and how shots change is one field. */
function fieldOf(meaning: Meaning): string {
  if (meaning.topic === 'tag') return `tag ${meaning.as}`;
  return fields[meaning.topic];
}

const fields = {
  move: 'motion',
  action: 'motion',
  transition: 'motion',
  sweep: 'motion',
  beyond: 'motion',
  absent: 'motion',
  pace: 'pace',
  'film pace': 'pace',
  light: 'light',
  'light from': 'light from',
  warmth: 'warmth',
  surface: 'surface',
  set: 'set',
  plinth: 'plinth',
  dof: 'dof',
  // "On black glass" and "a glass table" are grounds.
  glass: 'surface',
  mood: 'mood',
} as const satisfies Record<Exclude<Meaning['topic'], 'tag'>, string>;
