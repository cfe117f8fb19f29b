// One side of the bench of submits in a process of its own: the real app, or a Hono server around one bare SQL call. Both
// answer until the parent lets go.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { purses } from '../src/domain/credits.ts';
import type { Plan } from '../src/domain/plan.ts';
import { priceBooks, priceOf } from '../src/domain/price-book.ts';
import { createLocalEngine } from '../src/engines/local/index.ts';
import { diskFiles } from '../src/files/disk.ts';
import { scratchIn } from '../src/files/scratch.ts';
import { createApp } from '../src/http/app.ts';
import { openGenerationFeed } from '../src/http/generation-feed.ts';
import { createLinks } from '../src/http/links.ts';
import { createMedia } from '../src/media/create-media.ts';
import { createSafeFetch } from '../src/net/safe-fetch.ts';
import { openStore, type Store } from '../src/store/db.ts';
import { newId } from '../src/store/new-id.ts';
import { submitSql } from '../src/store/submit-generation.ts';
import { createCertificateSigner } from '../src/webhooks/sign-certificate.ts';

export interface Submitter {
  accountId: string;
  keyId: string;
  secret: string;
  fileId: string;
  sha256: string;
}

export interface ServerOptions {
  kind: 'ours' | 'baseline';
  databaseUrl: string;
  submitters: Submitter[];
}

export interface ServerMessage {
  origin: string;
}

const [options] = (await once(process, 'message')) as [ServerOptions];
const store = openStore(options.databaseUrl);
const { fetch } = options.kind === 'ours' ? await theApp(store) : bareSql(store, options.submitters);
const server = serve({ fetch, hostname: '127.0.0.1', port: 0 });
await once(server, 'listening');
process.send?.({
  origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
} satisfies ServerMessage);
process.on('disconnect', () => process.exit());

async function theApp(db: Store) {
  const home = join(tmpdir(), 'kinora-bench-unused');
  return createApp({
    store: db,
    files: diskFiles(home),
    scratch: scratchIn(home),
    media: createMedia(),
    publicFiles: false,
    fetch: createSafeFetch({ trustedOrigins: [] }),
    engines: new Map([
      [
        'local',
        {
          engine: createLocalEngine({ slots: 1 }),
          priceBook: priceBooks.published,
          serves: purses,
          simulates: false,
        },
      ],
    ]),
    links: createLinks({ baseUrl: () => 'http://localhost', secret: 'bench', now: Date.now }),
    feed: await openGenerationFeed(db),
    payments: undefined,
    packs: [],
    webhookKeys: { keys: [] },
    certificates: createCertificateSigner(Buffer.alloc(32, 1).toString('base64url'), () => ''),
    operatorKey: 'nobody needs this key in a bench',
    allowsVariable: () => false,
    onQueued: () => {},
    newAccount: { concurrencyLimit: 10, credits: { live: 0, test: 0 } },
    onAccepted: () => {},
    onUnexpected: (error) => process.stderr.write(`${String(error)}\n`),
  });
}

/** No key, no validation, no plan: the parsed body thrown away, one prepared statement, one small answer. */
function bareSql(db: Store, submitters: readonly Submitter[]): Hono {
  const price = priceOf(priceBooks.published, 5);
  if (price === undefined) throw new Error('5 s have no price');
  const app = new Hono();
  let n = 0;
  app.post('*', async (c) => {
    const { prompt } = await c.req.json<{ prompt: string }>();
    const submitter = submitters[n % submitters.length];
    n += 1;
    if (submitter === undefined) throw new Error('no submitter');
    const { accountId, keyId, fileId, sha256 } = submitter;
    const facts = { kind: 'image', contentType: 'image/jpeg', width: 1280, height: 1280 } as const;
    const plan: Plan = {
      engine: 'local',
      model: 'kinora-studio-2',
      endpoint: 'reference-to-video',
      prompt,
      references: [{ kind: 'image', position: 1, fileId, sha256, facts }],
      durationSeconds: 5,
      aspectRatio: '16:9',
      width: 1280,
      height: 720,
      seed: n,
      generateAudio: true,
      adjustments: [],
    };
    const id = newId('gen');
    const generation = {
      id,
      account_id: accountId,
      key_id: keyId,
      purse: 'live',
      endpoint: plan.endpoint,
      engine: plan.engine,
      model: plan.model,
      prompt,
      duration_seconds: plan.durationSeconds,
      aspect_ratio: plan.aspectRatio,
      plan,
      price_credits: price.credits,
      price_usd_cents: price.usdCents,
      price_book: priceBooks.published.id,
      tags: [],
      priority: 0,
      metadata: {},
    };
    const references = [{ kind: 'image', position: 1, file_id: fileId, sha256 }];
    const parameters = [JSON.stringify(generation), JSON.stringify(references), null, null, null];
    const [row] = await db.query<{ createdAt: Date | null }>(submitSql, parameters);
    if (row?.createdAt == null) throw new Error('nothing was inserted');
    return c.json({ id }, 202);
  });
  return app;
}
