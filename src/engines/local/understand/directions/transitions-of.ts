import type { Token } from './clauses.ts';
import type { Found } from './find-phrases.ts';
import type { Arrival, Directions, TransitionKind } from './meaning.ts';

/** Transitions named for one reference ("whip to @Image2"), and those named for the film. */
export function transitionsOf(
  wanted: readonly Found[],
  tokens: readonly Token[],
): Pick<Directions, 'transitions' | 'arrivals'> {
  const arrivals: Arrival[] = [];
  const general: { kind: TransitionKind; isBeat: boolean }[] = [];
  for (const { meaning, tokens: own, last } of wanted) {
    if (meaning.topic !== 'transition') continue;
    const kind = meaning.transition;
    const named = tagsAfter(tokens, { own, last });
    for (const tag of named) arrivals.push({ ...tag, by: kind });
    if (named.length === 0) general.push({ kind, isBeat: kind === 'cut' && speaksOfBeat(tokens, last) });
  }
  // "Cut to the beat" says when, so another word for how wins over it.
  const isToldHow = arrivals.length > 0 || general.some(({ isBeat }) => !isBeat);
  const transitions = general.filter(({ isBeat }) => !isBeat || !isToldHow).map(({ kind }) => kind);
  return { transitions: [...new Set(transitions)], ...(arrivals.length === 0 ? {} : { arrivals }) };
}

/** The pictures or clips that a transition leads to: within the phrase, or right after it in its clause. */
function tagsAfter(tokens: readonly Token[], { own, last }: { own: readonly number[]; last: number }) {
  const inClause = (index: number) =>
    tokens[index]?.clause === tokens[last]?.clause ? tokens[index] : undefined;
  const seen = (token: Token | undefined) => (token?.tags ?? []).filter(({ kind }) => kind !== 'audio');
  const inside = own.map((index) => tokens[index]).find((token) => token?.tags !== undefined);
  const named = seen(inside ?? inClause(last + 1));
  // "Between @Image1 and @Image2", "from @Image1 to @Image2": the first is what is left.
  const word = tokens[last]?.word;
  if (word === 'between') return named.slice(1);
  if (word !== 'from') return named;
  return ['to', 'into'].includes(inClause(last + 2)?.word ?? '') ? seen(inClause(last + 3)) : [];
}

const beatWords = new Set('beat beats rhythm music tempo'.split(' '));

const speaksOfBeat = (tokens: readonly Token[], last: number) =>
  [tokens[last + 1], tokens[last + 2]].some(
    (token) => token !== undefined && token.clause === tokens[last]?.clause && beatWords.has(token.word),
  );
