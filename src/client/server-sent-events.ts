/** The `data` of each event of a stream, in order. Comments, which keep the line open, are passed to `onSign` only. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onSign: () => void,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let buffered = '';
  let data: string[] = [];
  for await (const chunk of body) {
    onSign();
    buffered += decoder.decode(chunk, { stream: true });
    const lines = buffered.split(/\r\n|\n/);
    buffered = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      if (line !== '' || data.length === 0) continue;
      yield data.join('\n');
      data = [];
    }
  }
}
