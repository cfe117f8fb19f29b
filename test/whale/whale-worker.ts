// One of the processes that serve the whale and the others: feeds batches, claims on a fake engine, and ends what it has
// claimed after a while. Stops when its parent lets it go.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteEngine } from '../../src/domain/engine.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { capabilities } from '../../src/engines/local/capabilities.ts';
import { readKeptRequest } from '../../src/http/read-request.ts';
import { type FeedDeps, startFeeder } from '../../src/pipeline/feed-batches.ts';
import { claimIdleMs, workLine } from '../../src/pipeline/work-line.ts';
import { type ClaimedGeneration, claimGenerations } from '../../src/store/claim-generation.ts';
import { openStore } from '../../src/store/db.ts';
import { completeGeneration } from '../../src/store/end-generation.ts';

export interface WhaleOrder {
  url: string;
  engine: string;
  slots: number;
  workMs: number;
}

const stopping = new AbortController();
process.on('disconnect', () => stopping.abort());
process.once('message', (order: WhaleOrder) => void serve(order));

async function serve({ url, engine, slots, workMs }: WhaleOrder): Promise<void> {
  const store = openStore(url, { connections: 8 });
  const onUnexpected = (error: unknown, doing: string) => {
    process.stderr.write(`${doing}: ${String(error)}\n`);
  };
  const fake = { kind: 'remote', name: engine, slots, capabilities } as RemoteEngine;
  // Rows name uploaded files, so nothing is fetched or opened here.
  const feeding = {
    store,
    engines: new Map([
      [engine, { engine: fake, priceBook: priceBooks.published, serves: ['live'], simulates: false }],
    ]),
    readRow: readKeptRequest,
    onHeld: () => claims.nudge(),
    onUnexpected,
  } as unknown as FeedDeps;
  const claims = workLine({ onUnexpected }, stopping.signal, {
    doing: 'claiming',
    room: 20,
    idleMs: claimIdleMs,
    async take(room) {
      const claimed = await claimGenerations(store, { engine, most: room, leaseSeconds: 60 });
      return claimed.map((one) => () => work(one));
    },
  });
  const work = async (claimed: ClaimedGeneration) => {
    await sleep(workMs);
    await completeGeneration(store, claimed, {
      chargedCredits: claimed.priceCredits,
      outputFileId: 'file_output',
      posterFileId: 'file_poster',
      outputFacts: { kind: 'video', contentType: 'video/mp4', sizeBytes: 1 },
      storyboard: null,
      notes: [],
      checks: [],
    });
  };
  const feeder = startFeeder(feeding, stopping.signal);
  process.send?.('ready');
  await Promise.all([claims.done, feeder.done]);
  await store.close();
}
