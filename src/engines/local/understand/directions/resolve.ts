import { bindPace } from './bind-pace.ts';
import { inShownOrder, tellsOrder } from './camera-order.ts';
import type { Token } from './clauses.ts';
import type { FoundColour } from './find-colours.ts';
import type { Found } from './find-phrases.ts';
import type {
  CameraDirection,
  CaptionDirection,
  Directions,
  Light,
  SetStyle,
  SubjectAction,
} from './meaning.ts';
import type { Hints, Meaning } from './phrase.ts';
import { tagDirections } from './tag-directions.ts';
import { transitionsOf } from './transitions-of.ts';

export interface Conflict {
  /** Two phrases of the prompt that cannot both be followed. */
  said: [won: string, lost: string];
}

/** Longer than any storyboard: what follows is left out. */
export const mostMoves = 8;

/** Makes directions of what was found. Plain words win over hints, and of two that exclude each other the first. */
export function resolve(options: {
  tokens: readonly Token[];
  found: readonly Found[];
  colours: readonly FoundColour[];
  captions: CaptionDirection[];
}): { directions: Directions; conflicts: Conflict[]; movesNamed: number } {
  const { tokens, captions } = options;
  const wanted = options.found.filter(({ refused }) => !refused);
  const conflicts: Conflict[] = textsInSpiteOf(wanted, captions);
  const hints = hintsOf(wanted);
  const { moves, film } = bindPace(wanted, tokens);
  const moving = withoutStatic({ moves, tokens, conflicts });
  const camera = inShownOrder(moving, tokens);
  const chosen = <T extends string>(pick: (meaning: Meaning) => T | undefined) =>
    firstOf({ found: wanted, pick, conflicts });
  const filmPace = chosen((meaning) => (meaning.topic === 'film pace' ? meaning.pace : undefined));
  const directions: Directions = {
    camera: (camera.length === 0 ? hintedMove(hints) : camera).slice(0, mostMoves),
    pace: filmPace ?? film[0] ?? hints.pace ?? 'normal',
    warmth:
      chosen((meaning) => (meaning.topic === 'warmth' ? meaning.warmth : undefined)) ??
      hints.warmth ??
      'neutral',
    ...transitionsOf(wanted, tokens),
    captions,
    tags: tagDirections(wanted, tokens),
  };
  const optional = {
    action: chosenAction(wanted, conflicts) ?? hints.action,
    light: chosenLight(wanted, conflicts) ?? hints.light,
    lightFrom: chosen((meaning) => (meaning.topic === 'light from' ? meaning.side : undefined)),
    surface:
      chosen((meaning) => (meaning.topic === 'surface' ? meaning.surface : undefined)) ?? hints.surface,
    set: chosenSet(wanted, conflicts) ?? hints.set,
    colour: chosenColour({ colours: options.colours, wanted, conflicts }),
    plinth: switchOf('plinth', options.found),
    dof: switchOf('dof', options.found) ?? hints.dof,
    sweep: switchOf('sweep', options.found),
    glass: switchOf('glass', options.found),
  };
  return {
    directions: Object.assign(directions, withoutUnset(optional)),
    conflicts,
    movesNamed: camera.length,
  };
}

/** Who writes "no text" and a text in quotes means other texts than that one. */
function textsInSpiteOf(wanted: readonly Found[], captions: readonly CaptionDirection[]): Conflict[] {
  const [shown] = captions;
  const refusal = wanted.find(({ meaning, text }) => meaning.topic === 'absent' && refusesTexts(text));
  return shown === undefined || refusal === undefined ? [] : [{ said: [shown.text, refusal.text] }];
}

export const refusesTexts = (said: string) => /\b(?:texts?|captions?|subtitles|titles|writing)\b/i.test(said);

/** The first hint about each thing. */
function hintsOf(wanted: readonly Found[]): Hints {
  const hints: Hints = {};
  for (const { meaning } of wanted.toReversed()) if ('hints' in meaning) Object.assign(hints, meaning.hints);
  return hints;
}

const hintedMove = ({ move }: Hints): CameraDirection[] => (move === undefined ? [] : [{ move }]);

/** A camera that stands still and moves: unless the prompt tells an order, the move is what was meant. */
function withoutStatic<T extends Found>(options: {
  moves: T[];
  tokens: readonly Token[];
  conflicts: Conflict[];
}): T[] {
  const { moves, tokens, conflicts } = options;
  const isStill = ({ meaning }: Found) => meaning.topic === 'move' && meaning.move === 'static';
  const still = moves.find(isStill);
  const moving = moves.find((move) => !isStill(move));
  if (still === undefined || moving === undefined || tellsOrder(tokens)) return moves;
  conflicts.push({ said: [moving.text, still.text] });
  return moves.filter((move) => !isStill(move));
}

function firstOf<T extends string>(options: {
  found: readonly Found[];
  pick(meaning: Meaning): T | undefined;
  conflicts: Conflict[];
}): T | undefined {
  const { found, pick, conflicts } = options;
  const said = found.flatMap(({ meaning, text }) => {
    const value = pick(meaning);
    return value === undefined ? [] : [{ value, text }];
  });
  const [winner] = said;
  if (winner === undefined) return undefined;
  const loser = said.find(({ value }) => value !== winner.value);
  if (loser !== undefined) conflicts.push({ said: [winner.text, loser.text] });
  return winner.value;
}

/** To stand is also where a movement begins or ends, so it yields to one without a conflict. */
function chosenAction(wanted: readonly Found[], conflicts: Conflict[]): SubjectAction | undefined {
  const pick = (meaning: Meaning) => (meaning.topic === 'action' ? meaning.action : undefined);
  const moving = wanted.filter(({ meaning }) => pick(meaning) !== 'stands');
  return firstOf({ found: moving, pick, conflicts }) ?? firstOf({ found: wanted, pick, conflicts });
}

/** A light with a character of its own is meant where it is named, however moody or soft the rest of the prompt. */
function chosenLight(wanted: readonly Found[], conflicts: Conflict[]): Light | undefined {
  const pick = (meaning: Meaning) => (meaning.topic === 'light' ? meaning.light : undefined);
  const plain: readonly (Light | undefined)[] = ['soft', 'bright', 'dramatic'];
  const special = wanted.filter(({ meaning }) => !plain.includes(pick(meaning)));
  return firstOf({ found: special, pick, conflicts }) ?? firstOf({ found: wanted, pick, conflicts });
}

/** Night is outdoors too. */
function chosenSet(wanted: readonly Found[], conflicts: Conflict[]): SetStyle | undefined {
  const pick = (meaning: Meaning) => (meaning.topic === 'set' ? meaning.set : undefined);
  const isAtNight = wanted.some(({ meaning }) => pick(meaning) === 'night');
  const found = isAtNight ? wanted.filter(({ meaning }) => pick(meaning) !== 'outdoors') : wanted;
  return firstOf({ found, pick, conflicts });
}

/** The second colour of a gradient contradicts nothing. */
function chosenColour(options: {
  colours: readonly FoundColour[];
  wanted: readonly Found[];
  conflicts: Conflict[];
}): string | undefined {
  const { colours, wanted, conflicts } = options;
  const [winner, ...others] = colours.filter(({ refused }) => !refused);
  const loser = others.find(({ hex }) => hex !== winner?.hex);
  const isGradient = wanted.some(({ meaning }) => meaning.topic === 'set' && meaning.set === 'gradient');
  if (winner !== undefined && loser !== undefined && !isGradient)
    conflicts.push({ said: [winner.text, loser.text] });
  return winner?.hex;
}

function switchOf(topic: 'plinth' | 'dof' | 'sweep' | 'glass', found: readonly Found[]): boolean | undefined {
  for (const { meaning, refused } of found)
    if (meaning.topic === topic) return refused ? !meaning.value : meaning.value;
  return undefined;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const withoutUnset = <T extends object>(options: T) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
