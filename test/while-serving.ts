import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.ts';
import { endNext, feedAll } from './records.ts';

/** Does what server and engine do for an account while `work` goes on; `fails` are prompts whose videos fail. */
export async function whileServing<T>(
  app: TestApp,
  accountId: string,
  work: () => Promise<T>,
  fails: readonly string[] = [],
): Promise<T> {
  let over = false;
  const serving = (async () => {
    while (!over) {
      await feedAll(app);
      const [next] = await app.store.query<{ prompt: string; credits: number }>(
        "select prompt, price_credits as credits from generations where account_id = $1 and status = 'pending' order by created_at, id limit 1",
        [accountId],
      );
      if (next === undefined) await sleep(10);
      else
        await endNext(
          app,
          fails.includes(next.prompt) ? 'failed' : { video: next.prompt, credits: next.credits },
        );
    }
  })();
  try {
    return await work();
  } finally {
    over = true;
    await serving;
  }
}
