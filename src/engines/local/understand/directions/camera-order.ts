import type { Token } from './clauses.ts';
import type { Found } from './find-phrases.ts';
import type { CameraDirection, Pace } from './meaning.ts';

const first = new Set(
  'start starts starting begin begins beginning open opens opening first initially'.split(' '),
);
const last = new Set(
  'end ends ending finish finishes finishing conclude concludes concluding finally lastly'.split(' '),
);
const sequence = new Set(
  'then followed finally before after afterwards next first lastly dann puis luego'.split(' '),
);

export type FoundMove = Found & { pace?: Pace };

/** The moves in the order they are to be shown, each once where it is said twice in a row. */
export function inShownOrder(found: readonly FoundMove[], tokens: readonly Token[]): CameraDirection[] {
  const placed = swapAfter(found, tokens).map((move) => ({ move, place: placeOf(move, tokens) }));
  placed.sort((one, other) => one.place - other.place);
  const camera: CameraDirection[] = [];
  for (const { move: said } of placed) {
    if (said.meaning.topic !== 'move') continue;
    const { move } = said.meaning;
    const previous = camera.at(-1);
    if (previous?.move !== move)
      camera.push({ move, ...(said.pace === undefined ? {} : { pace: said.pace }) });
    else if (previous.pace === undefined && said.pace !== undefined) previous.pace = said.pace;
  }
  return camera;
}

/** Whether the prompt tells an order, so that "static, then orbit" is no contradiction. */
export const tellsOrder = (tokens: readonly Token[]) =>
  tokens.some(({ word }) => sequence.has(word) || first.has(word) || last.has(word));

/** "Push in after a pan left": what stands after "after" comes before. */
function swapAfter(found: readonly FoundMove[], tokens: readonly Token[]): FoundMove[] {
  const ordered: FoundMove[] = [];
  for (const move of found) {
    const previous = ordered.at(-1);
    const token = tokens[move.first];
    const follows = previous !== undefined && tokens[previous.first]?.sentence === token?.sentence;
    const opening = tokens
      .slice(Math.max(0, move.first - 4), move.first)
      .filter(({ clause }) => clause === token?.clause);
    if (follows && previous !== undefined && opening.some(({ word }) => word === 'after'))
      ordered.splice(-1, 1, move, previous);
    else ordered.push(move);
  }
  return ordered;
}

const reach = 6;

/** -1 where the prompt starts with it, 1 where it ends with it. The nearest such word in the clause decides. */
function placeOf(move: FoundMove, tokens: readonly Token[]): number {
  const clause = tokens[move.first]?.clause;
  for (let index = move.first - 1; index >= move.first - reach && tokens[index]?.clause === clause; index--) {
    const { word = '' } = tokens[index] ?? {};
    if (first.has(word)) return -1;
    if (last.has(word)) return 1;
  }
  const after = [1, 2, 3, 4]
    .map((step) => tokens[move.last + step])
    .filter((token) => token?.clause === clause);
  const words = after.map((token) => token?.word ?? '').join(' ');
  if (/^(?:at|in|to) the (?:start|beginning)\b/.test(words)) return -1;
  return /^(?:at|in|to) the (?:very )?end\b/.test(words) ? 1 : 0;
}
