import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { purses } from '../src/domain/credits.ts';
import type { LocalEngine } from '../src/domain/engine.ts';
import { standardPacks } from '../src/domain/packs.ts';
import { type PriceBook, priceBooks } from '../src/domain/price-book.ts';
import { capabilities } from '../src/engines/local/capabilities.ts';
import { diskFiles } from '../src/files/disk.ts';
import { scratchIn } from '../src/files/scratch.ts';
import { createApp } from '../src/http/app.ts';
import type { HttpDeps } from '../src/http/env.ts';
import { openGenerationFeed } from '../src/http/generation-feed.ts';
import { createLinks } from '../src/http/links.ts';
import { createMedia } from '../src/media/create-media.ts';
import { createSafeFetch } from '../src/net/safe-fetch.ts';
import type { PaymentPort } from '../src/payments/payment-port.ts';
import type { Store } from '../src/store/db.ts';
import { testCertificates, testKeys } from './certificates.ts';
import { createTestDatabase } from './database.ts';

export const operatorKey = 'kin_operator_of_the_tests_and_nobody_else';

/** An engine that is asked for plans only; the tests that render use the real one. */
const planner: LocalEngine = {
  kind: 'local',
  name: 'local',
  capabilities,
  slots: 1,
  render: () => Promise.reject(new Error('this engine only plans')),
};

export interface TestApp {
  store: Store;
  /** `fetch` against the app itself; paths begin with a slash. */
  call(path: string, init?: RequestInit & { key?: string }): Promise<Response>;
  /** The same, for JSON in and out. */
  json<T>(
    method: string,
    path: string,
    options: { key?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; body: T; headers: Headers }>;
  /** `fetch` as a key, without its secret: what runs of the server itself call with. */
  fetchAs(keyId: string): typeof fetch;
  /** Errors that nobody expected; a test that causes one should say so. */
  unexpected: unknown[];
  clock: { now: number };
  /** What the app was handed, for the parts that run beside it. */
  deps: HttpDeps;
}

/** The whole HTTP side on a database of its own, without a port and without a worker. */
export async function createTestApp(
  options: {
    priceBook?: PriceBook;
    payments?: PaymentPort;
    trustedOrigins?: string[];
    /** Variables of the environment that workflows may use here. */
    variables?: Record<string, string>;
    resolve?: Parameters<typeof createSafeFetch>[0]['resolve'];
  } = {},
): Promise<TestApp> {
  const { store } = await createTestDatabase();
  const home = await mkdtemp(join(tmpdir(), 'kinora-app-'));
  after(() => rm(home, { recursive: true, force: true }));
  const unexpected: unknown[] = [];
  const clock = { now: Date.now() };
  const deps: HttpDeps = {
    store,
    files: diskFiles(join(home, 'files')),
    scratch: scratchIn(join(home, 'scratch')),
    media: createMedia({}),
    fetch: createSafeFetch({
      trustedOrigins: options.trustedOrigins ?? [],
      ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
    }),
    engines: new Map([
      [
        'local',
        {
          engine: planner,
          priceBook: options.priceBook ?? priceBooks.free,
          serves: purses,
          simulates: false,
        },
      ],
    ]),
    publicFiles: false,
    links: createLinks({ baseUrl: () => 'http://localhost', secret: 'secret', now: () => clock.now }),
    feed: await openGenerationFeed(store),
    operatorKey,
    payments: options.payments,
    packs: standardPacks,
    webhookKeys: testKeys,
    certificates: testCertificates,
    newAccount: { concurrencyLimit: 10, credits: { live: 50, test: 10_000 } },
    allowsVariable: (name) => Object.hasOwn(options.variables ?? {}, name),
    onQueued: () => {},
    onAccepted: () => {},
    onUnexpected: (error) => unexpected.push(error),
  };
  const app = createApp(deps);
  const call: TestApp['call'] = async (path, { key, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
    return app.request(path, { ...init, headers });
  };
  return {
    store,
    call,
    async json(method, path, { key, body, headers }) {
      const response = await call(path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(key === undefined ? {} : { key }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? undefined : JSON.parse(text),
        headers: response.headers,
      };
    },
    fetchAs: (actingKeyId) => async (input, init) => app.fetch(new Request(input, init), { actingKeyId }),
    unexpected,
    clock,
    deps,
  };
}

/** An account made through the API, with a live key. */
export async function signUp(app: TestApp, credits = 0): Promise<{ accountId: string; key: string }> {
  const account = await app.json<{ id: string }>('POST', '/v1/accounts', {
    key: operatorKey,
    body: { name: 'Halden' },
  });
  const accountId = account.body.id;
  if (credits > 0)
    await app.json('POST', `/v1/accounts/${accountId}/grants`, { key: operatorKey, body: { credits } });
  const made = await app.json<{ key: string }>('POST', '/v1/keys', {
    key: operatorKey,
    body: { account_id: accountId },
  });
  return { accountId, key: made.body.key };
}
