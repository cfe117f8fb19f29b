/** One line without its end; undefined in place of one that is too long. */
export interface TextLine {
  number: number;
  text: string | undefined;
}

/** Lines that end in a line feed, with or without a carriage return. What is too long is passed over, not kept. */
export async function* textLines(
  text: AsyncIterable<string>,
  { longest }: { longest: number },
): AsyncGenerator<TextLine, void, undefined> {
  let buffer = '';
  let number = 1;
  let skipping = false;
  const line = (end: number, from: number): TextLine => {
    const text = skipping || end - from > longest ? undefined : buffer.slice(from, end).replace(/\r$/, '');
    skipping = false;
    return { number: number++, text };
  };
  for await (const chunk of text) {
    buffer += chunk;
    let at = 0;
    for (let end = buffer.indexOf('\n'); end !== -1; end = buffer.indexOf('\n', at)) {
      yield line(end, at);
      at = end + 1;
    }
    buffer = buffer.slice(at);
    if (skipping || buffer.length > longest) {
      skipping = true;
      buffer = '';
    }
  }
  if (buffer !== '' || skipping) yield line(buffer.length, 0);
}
