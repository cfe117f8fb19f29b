import type { Directions } from '../understand/directions/meaning.ts';
import { type ChatServer, completeChat, type PlannerFetch, parseJson } from './chat-completion.ts';
import { directionsJsonSchema, parseDirections } from './directions-schema.ts';
import { type PlannerFacts, plannerMessages } from './planner-messages.ts';

export type { PlannerFetch } from './chat-completion.ts';
export type { PlannerFacts } from './planner-messages.ts';

export interface Planner {
  /**
   * Lets the model write the directions of a prompt. Whatever it or its server does wrong is `failed`, with a reason
   * for a note; the caller reads the prompt by the grammar then. Throws only the reason of an aborted `signal`.
   */
  plan(
    prompt: string,
    facts: PlannerFacts,
    signal: AbortSignal,
  ): Promise<{ directions: Directions } | { failed: string }>;
}

export interface PlannerOptions {
  /** Of any server with `POST {baseUrl}/chat/completions`: `https://api.example.com/v1`. */
  baseUrl: string;
  model: string;
  apiKey?: string;
  fetch: PlannerFetch;
  /** For everything together, a second try included. */
  timeoutMs: number;
}

/** Throws a TypeError if `baseUrl` is no http(s) address. */
export function createPlanner(options: PlannerOptions): Planner {
  const { baseUrl, model, apiKey, fetch, timeoutMs } = options;
  const server: ChatServer = {
    url: completionsUrl(baseUrl),
    fetch,
    ...(apiKey === undefined ? {} : { apiKey }),
  };
  return {
    async plan(prompt, facts, signal) {
      signal.throwIfAborted();
      const deadline = AbortSignal.timeout(timeoutMs);
      const body = { model, temperature: 0, seed: 0, messages: plannerMessages(prompt, facts) };
      try {
        const answer = await askStrictly({ server, body, signal: AbortSignal.any([signal, deadline]) });
        return 'fault' in answer
          ? { failed: answer.fault }
          : readPlan({ ...facts, content: answer.content, prompt });
      } catch (error) {
        signal.throwIfAborted();
        return { failed: deadline.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error) };
      }
    },
  };
}

function completionsUrl(baseUrl: string): string {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/chat/completions`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`The planner needs an http or https address, not "${url.protocol}".`);
  return url.href;
}

/** Asks for an answer by the schema; a server that does not know that (400) is asked for any JSON object. */
async function askStrictly(options: { server: ChatServer; body: object; signal: AbortSignal }) {
  const { body, ...rest } = options;
  const json_schema = { name: 'directions', strict: true, schema: directionsJsonSchema };
  const strict = { ...body, response_format: { type: 'json_schema', json_schema } };
  const answer = await completeChat({ ...rest, body: strict });
  if (!('fault' in answer) || answer.status !== 400) return answer;
  return completeChat({ ...rest, body: { ...body, response_format: { type: 'json_object' } } });
}

/** A model may not put words on the screen that the customer did not write, nor name files that were not sent. */
function readPlan(options: {
  content: string;
  prompt: string;
  references: PlannerFacts['references'];
}): { directions: Directions } | { failed: string } {
  const { content, prompt, references } = options;
  const written = parseJson(content);
  if (written === undefined) return { failed: 'the model did not answer in JSON' };
  const parsed = parseDirections(written);
  if ('fault' in parsed) return { failed: `the model left the schema at ${parsed.fault}` };
  const { captions, tags } = parsed.directions;
  if (!captions.every(({ text }) => prompt.includes(text)))
    return { failed: 'the model wrote a caption that is not in the prompt' };
  const isGiven = (tag: (typeof tags)[number]) =>
    references.some(({ kind, position }) => kind === tag.kind && position === tag.position);
  if (!tags.every(isGiven)) return { failed: 'the model named a reference that was not given' };
  return parsed;
}

/** `fetch` says "fetch failed" and keeps the cause to itself; its code (ECONNREFUSED) is what a person can act on. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `the connection to the server failed${code}`;
}
