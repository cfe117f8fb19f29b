import type { Token } from './clauses.ts';
import type { Found } from './find-phrases.ts';
import type { TagDirection } from './meaning.ts';

/** What the found phrases say about tags, each pair of tag and role once. */
export function tagDirections(found: readonly Found[], tokens: readonly Token[]): TagDirection[] {
  const byName = new Map<string, TagDirection>();
  for (const { meaning, tokens: indexes } of found) {
    if (meaning.topic !== 'tag') continue;
    for (const { kind, position } of indexes.flatMap((index) => tokens[index]?.tags ?? []))
      byName.set(`${kind} ${position} ${meaning.as}`, { kind, position, as: meaning.as });
  }
  return [...byName.values()];
}
