import type { MediaKind } from './media-facts.ts';
import type { Reference } from './request.ts';

/** A mention of a reference in a prompt: `@Image1`, `@Video2`, `@Audio1`, or an alias such as `@hero`. */
export interface PromptTag {
  text: string;
  start: number;
  end: number;
  /** Absent if the tag has the numbered form but no such reference was given. */
  reference?: Reference;
}

const tagPattern = /@([\p{L}_][\p{L}\p{N}_-]*)/gu;
const numberedPattern = /^(image|video|audio)(\d+)$/i;

/**
 * Finds the tags of a prompt in order. A word after `@` that is neither numbered nor an alias (a handle, an
 * e-mail address) is not a tag.
 */
export function findPromptTags(prompt: string, references: readonly Reference[]): PromptTag[] {
  const tags: PromptTag[] = [];
  for (const match of prompt.matchAll(tagPattern)) {
    const word = match[1] ?? '';
    const before = prompt[match.index - 1];
    if (before !== undefined && /[\p{L}\p{N}]/u.test(before)) continue;
    const found = findReference(word, references);
    if (found === undefined && !numberedPattern.test(word)) continue;
    const tag: PromptTag = { text: match[0], start: match.index, end: match.index + match[0].length };
    tags.push(found === undefined ? tag : { ...tag, reference: found });
  }
  return tags;
}

/** The prompt with every tag written the way an engine reads it. */
export function rewritePromptTags(
  prompt: string,
  references: readonly Reference[],
  syntax: Record<MediaKind, { before: string; after: string }>,
): string {
  let rewritten = '';
  let end = 0;
  for (const tag of findPromptTags(prompt, references)) {
    if (tag.reference === undefined) continue;
    const { before, after } = syntax[tag.reference.kind];
    rewritten += `${prompt.slice(end, tag.start)}${before}${tag.reference.position}${after}`;
    end = tag.end;
  }
  return rewritten + prompt.slice(end);
}

function findReference(word: string, references: readonly Reference[]): Reference | undefined {
  const byAlias = references.find((reference) => reference.alias?.toLowerCase() === word.toLowerCase());
  if (byAlias !== undefined) return byAlias;
  const numbered = numberedPattern.exec(word);
  if (numbered === null) return undefined;
  const kind = numbered[1]?.toLowerCase();
  const position = Number(numbered[2]);
  return references.find((reference) => reference.kind === kind && reference.position === position);
}
