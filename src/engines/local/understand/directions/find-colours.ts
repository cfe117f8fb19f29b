import type { Token } from './clauses.ts';
import { readColour } from './colour-words.ts';
import { isNegated } from './negation.ts';

export interface FoundColour {
  hex: string;
  text: string;
  start: number;
  end: number;
  refused: boolean;
}

const grounds = new Set(
  `background backgrounds backdrop wall walls studio seamless surface floor cyclorama gradient paper setting set
  environment tabletop plinth pedestal podium room`.split(/\s+/),
);
/** Between a ground and its colour: "backdrop in a deep teal". */
const links = new Set(
  'in of is a an the colour color coloured colored solid plain pure clean simple bright from'.split(' '),
);
/** What may follow a colour that stands for itself: "in teal with soft light". */
const goesOn = new Set('and to with for behind at in on fading tones tone colour color gradient'.split(' '));
/** Between a colour and its ground: "terracotta studio background", "black glossy surface". */
const adjectives = new Set(
  'studio seamless paper solid plain glossy matte clean smooth gradient coloured colored colour color simple soft'.split(
    ' ',
  ),
);
const prepositions = new Set('on against'.split(' '));

/** Finds the colours that the prompt gives to the set, not to the product: "a red mug on a sage backdrop". */
export function findColours(prompt: string, tokens: readonly Token[]): FoundColour[] {
  const found: FoundColour[] = [];
  const used = new Set<number>();
  tokens.forEach((token, index) => {
    const spot = grounds.has(token.word)
      ? (colourBefore(tokens, index) ?? colourAfter(tokens, index))
      : prepositions.has(token.word)
        ? colourAlone(tokens, index)
        : undefined;
    if (spot === undefined || used.has(spot.last)) return;
    used.add(spot.last);
    const [from, to] = [Math.min(spot.first, index), Math.max(spot.last, index)];
    const [start, end] = [tokens[from]?.start ?? 0, tokens[to]?.end ?? 0];
    const refused = isNegated({ tokens, first: from });
    found.push({ hex: spot.hex, text: prompt.slice(start, end).replace(/\s+/g, ' '), start, end, refused });
  });
  return found;
}

interface Spot {
  hex: string;
  first: number;
  last: number;
}

function colourBefore(tokens: readonly Token[], ground: number): Spot | undefined {
  for (let index = ground - 1; index >= Math.max(0, ground - 3); index--) {
    if (tokens[index]?.clause !== tokens[ground]?.clause) return undefined;
    const spot = colourEndingAt(tokens, index);
    if (spot !== undefined) return spot;
    if (!adjectives.has(tokens[index]?.word ?? '')) return undefined;
  }
  return undefined;
}

function colourAfter(tokens: readonly Token[], ground: number): Spot | undefined {
  return tokens[ground]?.word === 'set' ? undefined : colourAhead(tokens, ground);
}

/** "On pure white", "against a deep green". */
function colourAlone(tokens: readonly Token[], preposition: number): Spot | undefined {
  return colourAhead(tokens, preposition);
}

/** A colour that follows with nothing but links between, and that names nothing itself: not "a red mug". */
function colourAhead(tokens: readonly Token[], from: number): Spot | undefined {
  for (let index = from + 1; index <= from + 5; index++) {
    if (tokens[index]?.clause !== tokens[from]?.clause) return undefined;
    const spot = colourEndingAt(tokens, index);
    if (spot !== undefined && endsThere(tokens, index)) return spot;
    const startsName = colourEndingAt(tokens, index + 1)?.first === index;
    if (spot === undefined && !startsName && !links.has(tokens[index]?.word ?? '')) return undefined;
  }
  return undefined;
}

function endsThere(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  return next === undefined || next.clause !== tokens[index]?.clause || goesOn.has(next.word);
}

function colourEndingAt(tokens: readonly Token[], last: number): Spot | undefined {
  const words: string[] = [];
  const clause = tokens[last]?.clause;
  for (let index = last; index > last - 3 && tokens[index]?.clause === clause; index--)
    words.unshift(tokens[index]?.word ?? '');
  const colour = readColour(words);
  return colour === undefined ? undefined : { hex: colour.hex, first: last - colour.count + 1, last };
}
