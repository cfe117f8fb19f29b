/** The `data` of each event of a stream, in order. Comments, which keep the line open, are passed to `onSign` only. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onSign: () => void,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let buffered = '';
  let data: string[] = [];
  // With a reader, since not every browser can iterate a stream.
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onSign();
      buffered += decoder.decode(value, { stream: true });
      const lines = buffered.split(/\r\n|\n/);
      buffered = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
        if (line !== '' || data.length === 0) continue;
        yield data.join('\n');
        data = [];
      }
    }
  } finally {
    // Left early or broken: nobody reads on. A stream that has ended or failed has nothing to cancel.
    reader.cancel().catch(() => {});
  }
}
