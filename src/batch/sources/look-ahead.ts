/** The beginning of a text, at least `characters` of it if it has them, and the whole again. */
export async function lookAhead(
  text: AsyncIterable<string>,
  characters: number,
): Promise<{ beginning: string; whole: AsyncIterable<string> }> {
  const pieces = text[Symbol.asyncIterator]();
  let beginning = '';
  let isDone = false;
  while (!isDone && beginning.length < characters) {
    const next = await pieces.next();
    if (next.done === true) isDone = true;
    else beginning += next.value;
  }
  async function* whole(): AsyncGenerator<string, void, undefined> {
    try {
      if (beginning !== '') yield beginning;
      while (!isDone) {
        const next = await pieces.next();
        if (next.done === true) isDone = true;
        else yield next.value;
      }
    } finally {
      await pieces.return?.();
    }
  }
  return { beginning, whole: whole() };
}
