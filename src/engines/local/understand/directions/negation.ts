import type { Token } from './clauses.ts';

const negations = new Set(
  "no not never without don't doesn't avoid isn't aren't can't cannot nothing neither nor instead rather kein keine keinen ohne nicht sans pas sin".split(
    ' ',
  ),
);
/** After these a new thought begins: "no people and a slow orbit" does not forbid the orbit. */
const ends = new Set('and but with just only simply'.split(' '));
const reach = 3;

/**
 * Whether the phrase that begins at a token is negated: by a word up to three before it in its clause, or because
 * "and" or "or" ties it to a phrase that is (`isRefused`, by the index of its last token).
 */
export function isNegated(options: {
  tokens: readonly Token[];
  first: number;
  isRefused?(token: number): boolean;
}): boolean {
  const { tokens, first, isRefused = () => false } = options;
  const clause = tokens[first]?.clause;
  for (let index = first - 1; index >= Math.max(0, first - 1 - reach); index--) {
    const { word = '', clause: itsClause } = tokens[index] ?? {};
    if (itsClause !== clause || tokens[index + 1]?.afterColon) return false;
    if (negations.has(word)) return true;
    if (word === 'and' || word === 'or')
      return isRefused(index - 1) || (word === 'or' && hasNegation(tokens, index));
    if (ends.has(word)) return false;
  }
  return false;
}

function hasNegation(tokens: readonly Token[], from: number): boolean {
  const clause = tokens[from]?.clause;
  return [1, 2, 3].some((back) => {
    const before = tokens[from - back];
    return before !== undefined && before.clause === clause && negations.has(before.word);
  });
}
