import { z } from 'zod';

/** The part of `fetch` that is needed: the one of Node, of undici, or a guarded one. */
export type PlannerFetch = (
  url: string,
  options: {
    method: 'POST';
    headers: Record<string, string>;
    body: string;
    /** A redirect could carry the key to another server. */
    redirect: 'error';
    signal: AbortSignal;
  },
) => Promise<{ status: number; body: AsyncIterable<Uint8Array> | null }>;

export interface ChatServer {
  url: string;
  apiKey?: string;
  fetch: PlannerFetch;
}

const mostBytes = 64 * 1024;

const answerSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

/**
 * Posts one chat completion and gives the text of its first choice. Throws what `fetch` throws; anything the server
 * does wrong is `fault`, without its own words, which could be long or hold the key.
 */
export async function completeChat(options: {
  server: ChatServer;
  body: unknown;
  signal: AbortSignal;
}): Promise<{ content: string } | { fault: string; status?: number }> {
  const { body, signal } = options;
  const { url, apiKey, fetch } = options.server;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify(body),
    redirect: 'error',
    signal,
  });
  const { status } = response;
  const text = await readBounded(response.body);
  if (status !== 200) return { fault: `the server answered with status ${status}`, status };
  if (text === undefined) return { fault: `the answer is longer than ${mostBytes / 1024} KB` };
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) return { fault: 'the answer is not a chat completion' };
  return { content: answer.data.choices[0]?.message.content ?? '' };
}

/** The body as text, or nothing once it passes the limit; leaving the loop closes the connection. */
async function readBounded(body: AsyncIterable<Uint8Array> | null): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Not JSON is undefined, which no schema here accepts. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
