import { KinoraError } from './error.ts';

interface Surroundings {
  window?: { document?: unknown };
  document?: unknown;
  process?: { versions?: { node?: string } };
  Deno?: unknown;
  DedicatedWorkerGlobalScope?: unknown;
  SharedWorkerGlobalScope?: unknown;
}

/**
 * Throws `key_in_page` in a web page or a worker of one: whoever opens the page can read the key (R88). Node, Deno, Bun,
 * edge workers, and Node with a simulated DOM are no pages.
 */
export function refuseInPage(surroundings: Surroundings = globalThis): void {
  if (!isPage(surroundings)) return;
  throw new KinoraError('key_in_page', 'Everybody who opens this page could read the key.', {
    hint: 'Keep it on your server. There, make an upload token with client.uploadTokens.create(…), and give the page that: createUploader({ baseUrl, token }).',
  });
}

function isPage({ window, document, process, Deno, ...workers }: Surroundings): boolean {
  if (process?.versions?.node !== undefined || Deno !== undefined) return false;
  const isWindow = typeof document === 'object' && document !== null && window?.document === document;
  return (
    isWindow ||
    workers.DedicatedWorkerGlobalScope !== undefined ||
    workers.SharedWorkerGlobalScope !== undefined
  );
}
