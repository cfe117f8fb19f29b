import type { Note } from '../../../domain/plan.ts';
import { captionWords, readCaptions } from './directions/captions.ts';
import { readTokens } from './directions/clauses.ts';
import { findColours } from './directions/find-colours.ts';
import { findPhrases } from './directions/find-phrases.ts';
import type { Directions } from './directions/meaning.ts';
import { notesOn } from './directions/notes.ts';
import { findQuotations } from './directions/quotations.ts';
import { resolve } from './directions/resolve.ts';
import { ignoredWords } from './ignored-words.ts';

export type {
  CameraDirection,
  CaptionDirection,
  Directions,
  Move,
  Pace,
  TagDirection,
  TransitionKind,
} from './directions/meaning.ts';

/**
 * Reads a prompt as direction, by the grammar of docs/prompt-grammar.md. Never fails: a prompt without a known
 * phrase gives the defaults. The time it takes grows with the length of the prompt, not faster.
 */
export function readDirections(prompt: string): { directions: Directions; notes: Note[] } {
  const { quotations, unbalanced } = findQuotations(prompt);
  const tokens = readTokens(prompt, quotations);
  const found = findPhrases(prompt, tokens);
  const colours = findColours(prompt, tokens);
  const quoted = readCaptions(tokens);
  const resolved = resolve({ tokens, found, colours, captions: quoted.captions });
  const understood = [
    ...quotations,
    ...colours,
    ...found.flatMap(({ tokens: indexes }) => indexes.flatMap((index) => tokens[index] ?? [])),
    ...(quotations.length === 0 ? [] : tokens.filter(({ word }) => captionWords.has(word))),
  ];
  const ignored = ignoredWords(prompt, understood);
  return {
    directions: resolved.directions,
    notes: notesOn({ ...resolved, found, colours, quoted, unbalanced, ignored }),
  };
}
