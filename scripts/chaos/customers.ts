import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient, KinoraError } from '../../src/client/index.ts';
import { needsDouble } from './engines.ts';
import type { Fleet } from './fleet.ts';
import type { Mischief } from './mischief.ts';
import type { Random } from './random.ts';

export interface Customers {
  /** Ids that somebody was told, in the order of the requests. */
  accepted: Map<number, string>;
  /** Submits everything; resolves once every request has its answer. */
  submitAll(): Promise<void>;
}

const accounts = 20;
const creditsEach = 100_000_000;
const atOnce = 24;
const giveUpAfterMs = 600_000;

/**
 * The other side: accounts whose programs submit with an idempotency key, try again when a server does not answer, and
 * sometimes change their mind. `mayGoOn` holds a submit back until the run has got so far.
 */
export async function createCustomers(options: {
  fleet: Fleet;
  operatorKey: string;
  random: Random;
  requests: readonly Mischief[];
  mayGoOn(share: number): Promise<void>;
}): Promise<Customers> {
  const { fleet, operatorKey, random, requests, mayGoOn } = options;
  const clientOf = (key: string): Client =>
    createClient({ baseUrl: random.pick(fleet.servers).url, key, giveUpAfterMs });
  const keys: string[] = [];
  for (let n = 0; n < accounts; n += 1) {
    const operator = clientOf(operatorKey);
    const account = await operator.accounts.create({
      name: `chaos ${n}`,
      concurrency_limit: Math.round(random.between(20, 80)),
    });
    await operator.accounts.grant(account.id, { credits: creditsEach, purse: 'test' });
    keys.push((await operator.keys.create({ account_id: account.id, mode: 'test' })).key);
  }

  const accepted = new Map<number, string>();
  const cancellations: Promise<void>[] = [];

  const submit = async (index: number, mischief: Mischief, key: string, client: Client) => {
    const { engine, durationSeconds, simulate, cancelAfterSeconds } = mischief;
    const steersByPrompt = needsDouble(engine);
    const generation = await client.generations.submit(
      'text-to-video',
      {
        // A double reads its orders from the prompt: nothing else gets through the engine of a real provider.
        prompt: steersByPrompt ? `chaos ${index} ${JSON.stringify(simulate)}` : `chaos ${index}`,
        duration: durationSeconds,
        aspect_ratio: '16:9',
        seed: index,
        engine,
        ...(steersByPrompt ? {} : { simulate }),
      },
      { idempotencyKey: `chaos-${index}` },
    );
    accepted.set(index, generation.id);
    if (cancelAfterSeconds !== undefined)
      cancellations.push(sleep(cancelAfterSeconds * 1000).then(() => cancel(clientOf(key), generation.id)));
  };

  return {
    accepted,
    async submitAll() {
      let next = 0;
      const line = async () => {
        while (next < requests.length) {
          const index = next;
          next += 1;
          const mischief = requests[index];
          const key = keys[index % keys.length];
          if (mischief === undefined || key === undefined) return;
          await mayGoOn(index / requests.length);
          await submit(index, mischief, key, clientOf(key));
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
