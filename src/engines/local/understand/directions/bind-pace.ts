import type { FoundMove } from './camera-order.ts';
import type { Token } from './clauses.ts';
import type { Found } from './find-phrases.ts';
import type { Pace } from './meaning.ts';

/**
 * Gives each speed word to the nearest movement in its clause. A move of the camera keeps it; what belongs to the
 * subject or to no movement is the pace of the film. A tie goes backward for adverbs: "push in slowly and pan".
 */
export function bindPace(
  found: readonly Found[],
  tokens: readonly Token[],
): { moves: FoundMove[]; film: Pace[] } {
  const moves: FoundMove[] = found
    .filter(({ meaning }) => meaning.topic === 'move')
    .map((move) => ({ ...move }));
  const byToken = new Map<number, FoundMove>();
  for (const movement of [...moves, ...found.filter(({ meaning }) => meaning.topic === 'action')])
    for (const token of movement.tokens) byToken.set(token, movement);
  const film: Pace[] = [];
  for (const word of found) {
    if (word.meaning.topic !== 'pace') continue;
    const owner = nearest({ word, byToken, tokens });
    if (owner?.meaning.topic === 'move') owner.pace ??= word.meaning.pace;
    else film.push(word.meaning.pace);
  }
  return { moves, film };
}

/** Farther than this a speed word is said of something else. */
const reach = 12;

function nearest(options: {
  word: Found;
  byToken: ReadonlyMap<number, FoundMove>;
  tokens: readonly Token[];
}): FoundMove | undefined {
  const { word, byToken, tokens } = options;
  const clause = tokens[word.first]?.clause;
  const nearerSide = tokens[word.last]?.word.endsWith('ly') ? -1 : 1;
  for (let away = 0; away <= reach; away++)
    for (const side of [nearerSide, -nearerSide]) {
      const index = (side === 1 ? word.last : word.first) + side * away;
      const movement = byToken.get(index);
      if (movement !== undefined && tokens[index]?.clause === clause) return movement;
    }
  return undefined;
}
