import type { Note } from '../../../../domain/plan.ts';
import { captionLimits, type QuotedTexts } from './captions.ts';
import type { FoundColour } from './find-colours.ts';
import type { Found } from './find-phrases.ts';
import type { Directions } from './meaning.ts';
import { tagRoles } from './meaning.ts';
import type { Hints, Meaning } from './phrase.ts';
import { type Conflict, mostMoves, refusesTexts } from './resolve.ts';

/** A prompt may have 5,000 characters; a note is to be read at a glance. */
const mostNamed = 12;

/** What was understood and as what, what was left out and why. */
export function notesOn(options: {
  directions: Directions;
  found: readonly Found[];
  colours: readonly FoundColour[];
  quoted: QuotedTexts;
  conflicts: readonly Conflict[];
  movesNamed: number;
  unbalanced: boolean;
  ignored: readonly string[];
}): Note[] {
  const { directions, found, colours, quoted, conflicts, movesNamed, ignored } = options;
  const notes = [
    noteOnUnderstood(found, colours),
    ...noteOnRefused({ found, colours, texts: quoted.refused, hasTexts: quoted.captions.length > 0 }),
    ...noteIf(
      'directions_beyond',
      listed(textsOf(found, ({ topic }) => topic === 'beyond')),
      (texts) => `Understood, but this renderer cannot do it: ${texts}.`,
    ),
    ...noteOnConflicts(conflicts),
    ...noteOnMoves(movesNamed),
    ...noteOnTags(directions),
    ...notesOnTexts(quoted),
  ];
  if (options.unbalanced)
    notes.push(
      note(
        'quote_unbalanced',
        'A quotation mark has no partner, so the words after it are read as direction, not as a caption.',
      ),
    );
  notes.push(
    ...noteIf(
      'directions_ignored',
      listed(ignored),
      (words) => `Not understood as direction, and so ignored: ${words}.`,
    ),
    note(
      'prompt_is_direction',
      'The embedded engine composes a film from the references; it does not invent objects, people or scenes the prompt describes.',
    ),
  );
  return notes;
}

const note = (code: string, message: string): Note => ({ code, pointer: '/prompt', message });

const noteIf = (code: string, texts: string, say: (texts: string) => string): Note[] =>
  texts === '' ? [] : [note(code, say(texts))];

const textsOf = (found: readonly Found[], isMeant: (meaning: Meaning) => boolean) =>
  found.filter(({ refused, meaning }) => !refused && isMeant(meaning)).map(({ text }) => text);

/** The texts in quotes, each once, the first twelve by name. */
function listed(texts: readonly string[]): string {
  const each = [...new Set(texts)];
  const named = each.slice(0, mostNamed).map((text) => `"${short(text)}"`);
  return named.join(', ') + more(each.length);
}

const more = (count: number) => (count > mostNamed ? ` and ${count - mostNamed} more` : '');

const short = (text: string) => {
  const characters = [...text];
  return characters.length <= 60 ? text : `${characters.slice(0, 59).join('')}…`;
};

/** Topics with a note of their own. */
const untold: ReadonlySet<Meaning['topic']> = new Set(['beyond', 'absent', 'tag']);

function noteOnUnderstood(found: readonly Found[], colours: readonly FoundColour[]): Note {
  const phrases = [
    ...found
      .filter(({ refused, meaning }) => !refused && !untold.has(meaning.topic))
      .map(({ text, meaning }) => `"${short(text)}" (${meaningInWords(meaning)})`),
    ...colours
      .filter(({ refused }) => !refused)
      .map(({ text, hex }) => `"${short(text)}" (set colour ${hex})`),
  ];
  const each = [...new Set(phrases)];
  return note(
    'directions_understood',
    each.length === 0
      ? 'The prompt names no camera move, pace, light or set this renderer knows; the storyboard chooses.'
      : `Followed from the prompt: ${each.slice(0, mostNamed).join(', ')}${more(each.length)}.`,
  );
}

/** What a phrase was taken for, as a person would say it. */
export function meaningInWords(meaning: Meaning): string {
  switch (meaning.topic) {
    case 'move':
      return `camera: ${words(meaning.move)}`;
    case 'pace':
      return `pace: ${meaning.pace}`;
    case 'film pace':
      return `pace of the film: ${meaning.pace}`;
    case 'action':
      return `subject: ${words(meaning.action)}`;
    case 'light':
      return `light: ${words(meaning.light)}${andHints(meaning.hints)}`;
    case 'light from':
      return `light from the ${meaning.side}`;
    case 'warmth':
      return `colours: ${meaning.warmth}`;
    case 'surface':
      return `surface: ${meaning.surface}`;
    case 'set':
      return `set: ${meaning.set}${andHints(meaning.hints)}`;
    case 'transition':
      return `transition: ${meaning.transition}`;
    case 'plinth':
      return meaning.value ? 'on a plinth' : 'no plinth';
    case 'dof':
      return meaning.value ? 'shallow depth of field' : 'deep focus';
    case 'sweep':
      return 'light sweep';
    case 'glass':
      return meaning.value ? 'clear glass is see-through' : 'no clear glass';
    case 'mood':
      return `hints at ${hintsInWords(meaning.hints)}`;
    case 'tag':
      return `reference: ${meaning.as}`;
    case 'beyond':
      return 'not possible';
    case 'absent':
      return 'not added';
  }
}

const words = (name: string) => name.replaceAll('_', ' ');

const andHints = (hints: Hints | undefined) =>
  hints === undefined ? '' : `; hints at ${hintsInWords(hints)}`;

const hintsInWords = (hints: Hints) =>
  Object.entries(hints)
    .map(([name, value]) => (value === true ? 'shallow focus' : `${name} ${words(String(value))}`))
    .join(', ');

function noteOnRefused(options: {
  found: readonly Found[];
  colours: readonly FoundColour[];
  texts: readonly string[];
  hasTexts: boolean;
}): Note[] {
  const { found, colours, texts, hasTexts } = options;
  const phrases = [...found, ...colours].filter(({ refused }) => refused).map(({ text }) => text);
  const absent = textsOf(found, ({ topic }) => topic === 'absent').filter(
    (said) => !hasTexts || !refusesTexts(said),
  );
  return noteIf(
    'directions_refused',
    listed([...phrases, ...absent, ...texts]),
    (said) => `Not done, as the prompt asks: ${said}.`,
  );
}

function noteOnConflicts(conflicts: readonly Conflict[]): Note[] {
  return conflicts.map(({ said: [won, lost] }) =>
    note(
      'directions_conflict',
      `"${short(won)}" and "${short(lost)}" exclude each other; "${short(won)}" was followed.`,
    ),
  );
}

function noteOnMoves(count: number): Note[] {
  if (count <= 3) return [];
  const said = `The prompt names ${count} camera moves`;
  return [
    note(
      'many_moves',
      count > mostMoves
        ? `${said}; the first ${mostMoves} are kept and shared out over the shots in order.`
        : `${said}; they are shared out over the shots in order.`,
    ),
  ];
}

function noteOnTags({ tags }: Directions): Note[] {
  const said = tags
    .toSorted((one, other) => tagRoles.indexOf(one.as) - tagRoles.indexOf(other.as))
    .map(({ kind, position, as }) => `@${kind[0]?.toUpperCase()}${kind.slice(1)}${position} as ${as}`);
  if (said.length === 0) return [];
  return [note('tag_role', `From the prompt: ${said.slice(0, mostNamed).join(', ')}${more(said.length)}.`)];
}

const spokenTimes = {
  start: 'at the start',
  middle: 'in the middle',
  end: 'at the end',
  whole: 'all the time',
} as const;

function notesOnTexts({ captions, cut, names, dropped }: QuotedTexts): Note[] {
  const shown = captions.map(({ text, at }) => `"${short(text)}" (${spokenTimes[at]})`).join(', ');
  return [
    ...noteIf('caption_found', shown, (said) => `Shown as captions: ${said}.`),
    ...noteIf(
      'caption_cut',
      listed(cut),
      (said) => `A caption has ${captionLimits.characters} characters at most, so this was cut: ${said}.`,
    ),
    ...noteIf(
      'caption_dropped',
      listed(dropped),
      (said) => `A film has ${captionLimits.count} captions at most, so this is left out: ${said}.`,
    ),
    ...noteIf('quote_is_name', listed(names), (said) => `Read as a name, not as a caption: ${said}.`),
  ];
}
