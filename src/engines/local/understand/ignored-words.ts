/** Words that carry no direction of their own, so that nobody misses them in the film. */
const stopWords = new Set(
  `a about above across after all along also an and any are around as at be been before behind below beneath
  beside between both but by can could do does doing don't down each every for from had has have he her here his
  i if in into is isn't it it's its itself just let like made make me more most my near no not of off on onto or
  our out over own please she should shows so some such than that the their them then there these they this those
  through to too toward towards under until up upon us very was we were what when where which while who will with
  within without would you your doesn't avoid never only camera shot shots video film start starts starting begin begins
  end ends ending finish finishes finally followed first last next use used using product mood smooth smoothly
  reference references show light lighting lights
  der die das den dem des ein eine einen einem einer und auf im mit nach vor dann danach von zu zum zur wird licht
  le la les un une des et sur avec dans puis de du lumière el los las una y en con sobre luego después del luz`.split(
    /\s+/,
  ),
);

const word = /(?<![\p{L}\p{N}])[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;
const referenceTag = /@(?:image|video|audio)\d+/gi;
const longestWord = 30;

/**
 * The words of a prompt outside the understood spans, in lower case, each once, in order. Stop words and tags of
 * references are no such words; one of more than 30 characters (a script without spaces) is shortened.
 */
export function ignoredWords(
  prompt: string,
  understood: readonly { start: number; end: number }[],
): string[] {
  let rest = '';
  let from = 0;
  for (const { start, end } of understood.toSorted((one, other) => one.start - other.start)) {
    if (end <= from) continue;
    rest += `${prompt.slice(from, Math.max(from, start))} `;
    from = end;
  }
  rest += prompt.slice(from);
  const words = rest.replace(referenceTag, ' ').match(word) ?? [];
  const plain = words.map((found) => found.toLowerCase().replaceAll('’', "'"));
  return [...new Set(plain)].filter((found) => !stopWords.has(found)).map(shortened);
}

function shortened(found: string): string {
  const characters = [...found];
  return characters.length <= longestWord ? found : `${characters.slice(0, longestWord).join('')}…`;
}
