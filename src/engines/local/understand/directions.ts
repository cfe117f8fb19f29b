import type { Note } from '../../../domain/plan.ts';
import { ignoredWords } from './ignored-words.ts';

export const moves = [
  'rotate',
  'push_in',
  'pull_out',
  'pan_left',
  'pan_right',
  'tilt_up',
  'tilt_down',
  'static',
] as const;

export type Move = (typeof moves)[number];

export type Pace = 'slow' | 'normal' | 'fast';

export type Light = 'soft' | 'bright' | 'dramatic';

export type Warmth = 'warm' | 'neutral' | 'cool';

/** What a prompt says about the picture, in the words this renderer can follow. */
export interface Directions {
  /** In the order of the prompt, each once. Empty: the prompt names none, the storyboard chooses. */
  moves: Move[];
  pace: Pace;
  light: Light;
  warmth: Warmth;
}

/**
 * The grammar: one row per meaning, its ways of being said as one pattern over lower-case words. A phrase counts
 * unless a negation (`no`, `not`, `never`, `without`, `don't`, `avoid`) stands up to three words before it in the
 * same clause. Every other word is ignored, and named in a note.
 */
const phrases: readonly { means: Partial<Record<keyof Directions, string>>; said: RegExp }[] = [
  {
    means: { moves: 'rotate' },
    said: /\b(?:rotat(?:es?|ed|ing|ion)|orbit(?:s|ed|ing|al)?|spin(?:s|ning)?|turntable|turn(?:s|ing)? (?:around|slowly|gently)|revolv(?:es?|ing)|circl(?:es?|ing)|360(?:°| ?degrees?)?|arc shot)(?![\p{L}\p{N}])/gu,
  },
  {
    means: { moves: 'push_in' },
    said: /\b(?:push(?:es|ed|ing)?[ -]?in|doll(?:y|ies|ying)[ -](?:in|forward)|zoom(?:s|ed|ing)?[ -]?in|mov(?:es?|ing) (?:in|closer)|(?:gets?|getting|coming|comes?) closer|close[ -]in|track(?:s|ing)? in)\b/g,
  },
  {
    means: { moves: 'pull_out' },
    said: /\b(?:pull(?:s|ed|ing)?[ -]?(?:out|back|away)|doll(?:y|ies|ying)[ -](?:out|back)|zoom(?:s|ed|ing)?[ -]?out|mov(?:es?|ing) (?:back|away))\b/g,
  },
  {
    means: { moves: 'pan_left' },
    said: /\b(?:(?:pan|slide|truck|track|sweep)(?:s|ning|ing|ed)?(?: \w+){0,3} left(?:wards?)?|right[ -]to[ -]left)\b/g,
  },
  {
    means: { moves: 'pan_right' },
    said: /\b(?:(?:pan|slide|truck|track|sweep)(?:s|ning|ing|ed)?(?: \w+){0,3} right(?:wards?)?|left[ -]to[ -]right|pan(?:s|ning)? (?:across|over)|(?:slow|gentle|smooth) pan)\b/g,
  },
  {
    means: { moves: 'tilt_up' },
    said: /\b(?:(?:tilt|crane|pedestal|boom)(?:s|ing|ed)?(?: \w+)? up(?:wards?)?|ris(?:es?|ing) (?:shot|camera)|camera rises)\b/g,
  },
  {
    means: { moves: 'tilt_down' },
    said: /\b(?:(?:tilt|crane|pedestal|boom)(?:s|ing|ed)?(?: \w+)? down(?:wards?)?|camera (?:descends|lowers))\b/g,
  },
  {
    means: { moves: 'static' },
    said: /\b(?:static|locked[ -]?(?:off|down|camera)?|still (?:camera|shot|frame)|fixed (?:camera|shot|frame)|(?:no|without(?: any)?) camera (?:movement|motion|move)|stationary|tripod)\b/g,
  },
  {
    means: { pace: 'slow' },
    said: /\b(?:slow(?:ly|er|est)?|gentl[ey]|gradual(?:ly)?|calm(?:ly)?|subtl[ey]|leisurely|graceful(?:ly)?|drift(?:s|ing)?)\b/g,
  },
  {
    means: { pace: 'fast' },
    said: /\b(?:fast(?:er)?|quick(?:ly)?|rapid(?:ly)?|dynamic(?:ally)?|energetic(?:ally)?|snappy|swift(?:ly)?|high[ -]energy)\b/g,
  },
  {
    means: { light: 'soft' },
    said: /\b(?:soft(?:ly)? (?:\w+ )?(?:light(?:ing|s)?|lit|glow|shadows?)|soft(?:box)?|diffused?|studio light(?:ing|s)?|even light(?:ing)?)\b/g,
  },
  {
    means: { light: 'bright' },
    said: /\b(?:bright(?:ly)?|high[ -]key|airy|daylight|sun(?:ny|lit|light|light)?|fresh|clean white|vibrant)\b/g,
  },
  {
    means: { light: 'dramatic' },
    said: /\b(?:dramatic(?:ally)?|mood(?:y|ily)|dark(?:er)?|low[ -]key|night(?:time)?|noir|cinematic|spotlight|chiaroscuro|rim light(?:ing)?)\b/g,
  },
  {
    means: { warmth: 'warm' },
    said: /\b(?:warm(?:th|ly|er)?|golden|sunset|sunrise|amber|cozy|cosy|candlelit|candlelight|autumn(?:al)?|honey)\b/g,
  },
  {
    means: { warmth: 'cool' },
    said: /\b(?:cool(?:er)?|cold|icy|frosty|blue[ -]hour|moonlit|moonlight|winter(?:y)?|arctic|crisp)\b/g,
  },
];

const negation = /\b(?:no|not|never|without|don't|do not|doesn't|avoid|isn't)(?: [\p{L}\p{N}'-]+){0,3} $/u;

/** Reads a prompt as direction. Never fails: a prompt without a known phrase gives the defaults. */
export function readDirections(prompt: string): { directions: Directions; notes: Note[] } {
  const text = ` ${prompt.toLowerCase().replace(/[’‘]/g, "'").replace(/\s+/g, ' ')} `;
  const directions: Directions = { moves: [], pace: 'normal', light: 'soft', warmth: 'neutral' };
  const found: { at: number; text: string; means: Partial<Record<keyof Directions, string>> }[] = [];
  const refused: string[] = [];
  const understood: { start: number; end: number }[] = [];
  for (const { means, said } of phrases)
    for (const match of text.matchAll(said)) {
      understood.push({ start: match.index, end: match.index + match[0].length });
      // "no camera movement" is itself a direction; its own negation stands inside the phrase.
      if (negation.test(text.slice(0, match.index))) refused.push(match[0].trim());
      else found.push({ at: match.index, text: match[0].trim(), means });
    }
  found.sort((one, other) => one.at - other.at);
  for (const { means } of found.toReversed())
    Object.assign(directions, { ...means, moves: directions.moves });
  const named = found.flatMap(({ means }) => (means.moves === undefined ? [] : [means.moves as Move]));
  directions.moves = [...new Set(named)];
  return {
    directions,
    notes: notesOn({ directions, found, refused, ignored: ignoredWords(text, understood) }),
  };
}

function notesOn(options: {
  directions: Directions;
  found: readonly { text: string }[];
  refused: readonly string[];
  ignored: readonly string[];
}): Note[] {
  const { directions, found, refused, ignored } = options;
  const notes: Note[] = [];
  const said = [...new Set(found.map(({ text }) => `"${text}"`))];
  notes.push({
    code: 'directions_understood',
    pointer: '/prompt',
    message:
      said.length === 0
        ? 'The prompt names no camera move, pace or light this renderer knows; it chose a slow push in and soft light.'
        : `Followed from the prompt: ${said.join(', ')}.`,
  });
  if (refused.length > 0)
    notes.push({
      code: 'directions_refused',
      pointer: '/prompt',
      message: `Not done, as the prompt asks: ${refused.map((text) => `"${text}"`).join(', ')}.`,
    });
  if (directions.moves.length > 3)
    notes.push({
      code: 'many_moves',
      pointer: '/prompt',
      message: `The prompt names ${directions.moves.length} camera moves; they are shared out over the shots in order.`,
    });
  if (ignored.length > 0) {
    const more = ignored.length - mostWordsNamed;
    const named = ignored.slice(0, mostWordsNamed).map((word) => `"${word}"`);
    notes.push({
      code: 'directions_ignored',
      pointer: '/prompt',
      message: `Not understood as direction, and so ignored: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    });
  }
  notes.push({
    code: 'prompt_is_direction',
    pointer: '/prompt',
    message:
      'The embedded engine composes a film from the references; it does not invent objects, people or scenes the prompt describes.',
  });
  return notes;
}

/** A prompt may have 5,000 characters; a note is to be read at a glance. */
const mostWordsNamed = 12;
