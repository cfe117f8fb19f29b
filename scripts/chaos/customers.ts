import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient, KinoraError } from '../../src/client/index.ts';
import { backupEngine, needsDouble } from './engines.ts';
import type { Fleet } from './fleet.ts';
import type { Mischief } from './mischief.ts';
import type { Random } from './random.ts';

export interface Customers {
  /** Ids that somebody was told, in the order of the requests. */
  accepted: Map<number, string>;
  /** Numbers of rows that somebody was told, in the order of the requests. */
  rows: Map<number, number>;
  /** Submits everything; resolves once every request has its answer. */
  submitAll(): Promise<void>;
}

interface Customer {
  key: string;
  pictureId: string;
}

const accounts = 20;
const creditsEach = 100_000_000;
const atOnce = 24;
const giveUpAfterMs = 600_000;
const picture = fileURLToPath(new URL('../../test/fixtures/mug.jpg', import.meta.url));

/**
 * The other side: accounts whose programs submit with an idempotency key, try again when a server does not answer, and
 * sometimes change their mind. `mayGoOn` holds a submit back until the run has got so far.
 */
export async function createCustomers(options: {
  fleet: Fleet;
  operatorKey: string;
  random: Random;
  engines: readonly string[];
  requests: readonly Mischief[];
  mayGoOn(share: number): Promise<void>;
}): Promise<Customers> {
  const { fleet, operatorKey, random, engines, requests, mayGoOn } = options;
  const clientOf = (key: string): Client =>
    createClient({ baseUrl: random.pick(fleet.servers).url, key, giveUpAfterMs });
  const customers: Customer[] = [];
  for (let n = 0; n < accounts; n += 1) {
    const operator = clientOf(operatorKey);
    const account = await operator.accounts.create({
      name: `chaos ${n}`,
      concurrency_limit: Math.round(random.between(20, 80)),
    });
    await operator.accounts.grant(account.id, { credits: creditsEach, purse: 'test' });
    const { key } = await operator.keys.create({ account_id: account.id, mode: 'test' });
    const client = clientOf(key);
    const first = engines[n % engines.length] ?? '';
    await client.routes.set({ endpoint: 'text-to-video', engines: [first, backupEngine] });
    customers.push({ key, pictureId: (await client.files.upload({ path: picture })).id });
  }
  const [batchOwner = { key: '' }] = customers;
  const batch = await clientOf(batchOwner.key).batches.create({ name: 'chaos' });

  const accepted = new Map<number, string>();
  const rows = new Map<number, number>();
  const cancellations: Promise<void>[] = [];

  const submit = async (index: number, mischief: Mischief, { key, pictureId }: Customer) => {
    const { way, engine, durationSeconds, simulate, cancelAfterSeconds } = mischief;
    const steersByPrompt = way === 'route' || needsDouble(engine);
    const body = {
      // A double reads its orders from the prompt: nothing else gets through the engine of a real provider.
      prompt: steersByPrompt ? `chaos ${index} ${JSON.stringify(simulate)}` : `chaos ${index}`,
      duration: durationSeconds,
      aspect_ratio: '16:9' as const,
      seed: index,
      ...(way === 'route' ? {} : { engine }),
      ...(steersByPrompt ? {} : { simulate }),
    };
    const once = { idempotencyKey: `chaos-${index}` };
    if (way === 'row') {
      const row = { ...body, endpoint: 'text-to-video' as const };
      const added = await clientOf(batchOwner.key).batches.addRows(batch.id, [row], once);
      if (added.first !== null) rows.set(index, added.first);
      return;
    }
    const client = clientOf(key);
    const generation =
      way === 'picture'
        ? await client.generations.submit(
            'reference-to-video',
            { ...body, reference_images: [pictureId] },
            once,
          )
        : await client.generations.submit('text-to-video', body, once);
    accepted.set(index, generation.id);
    if (cancelAfterSeconds !== undefined)
      cancellations.push(sleep(cancelAfterSeconds * 1000).then(() => cancel(clientOf(key), generation.id)));
  };

  return {
    accepted,
    rows,
    async submitAll() {
      let next = 0;
      const line = async () => {
        while (next < requests.length) {
          const index = next;
          next += 1;
          const mischief = requests[index];
          const customer = customers[index % customers.length];
          if (mischief === undefined || customer === undefined) return;
          await mayGoOn(index / requests.length);
          await submit(index, mischief, customer);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, line));
      await Promise.all(cancellations);
    },
  };
}

async function cancel(client: Client, id: string): Promise<void> {
  try {
    await client.generations.cancel(id);
  } catch (error) {
    // It may have ended before.
    if (!(error instanceof KinoraError && error.code === 'invalid_state')) throw error;
  }
}
