import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, PgBoss } from 'pg-boss';
import type { Db, Store } from '../store/db.ts';
import {
  findPendingEmail,
  recordTry,
  requeueForgottenEmails,
  takeUnqueuedEmails,
} from '../store/deliveries.ts';
import { type MailSettings, openMailer } from './send-email.ts';

export interface EmailQueue {
  /** Ends in good order: the mail under way is sent and written down. */
  stop(): Promise<void>;
}

export interface EmailQueueDeps {
  store: Store;
  /** Of the same database: the queue has tables of its own there, in the schema `pgboss`. */
  databaseUrl: string;
  mail: MailSettings;
  onUnexpected(error: unknown, doing: string): void;
}

const queueName = 'alert-emails';

/** After this long a mail is no news any more. */
const giveUpSeconds = 24 * 3_600;

const queue = {
  // 30 s, then twice as long each time, up to half an hour: some 55 tries in a day, after which we give up ourselves.
  retryLimit: 500,
  retryDelay: 30,
  retryBackoff: true,
  retryDelayMax: 1_800,
  expireInSeconds: 300,
  // Whoever died with a mail in hand is found out by its silence.
  heartbeatSeconds: 30,
  retentionSeconds: 2 * giveUpSeconds,
  deleteAfterSeconds: 3_600,
};

const pollMs = 2_000;
const atOnce = 200;

/**
 * Sends what the table of deliveries has for e-mail. A row is handed to the queue in the transaction that marks it, and
 * leaves once: a repeat is possible only where this process, or its database for longer than two minutes, dies after the
 * SMTP server has taken the mail and before that is written down.
 */
export async function startEmailQueue(deps: EmailQueueDeps): Promise<EmailQueue> {
  const { store, onUnexpected } = deps;
  const mailer = await openMailer(deps.mail);
  const boss = await openBoss(deps);
  await boss.createQueue(queueName, queue);
  await boss.work<{ id: string }>(
    queueName,
    { batchSize: 1, localConcurrency: 2, pollingIntervalSeconds: pollMs / 1_000 },
    async (jobs: Job<{ id: string }>[]) => {
      for (const { data } of jobs) await sendOne(data.id);
    },
  );

  const sendOne = async (id: string) => {
    const matter = await findPendingEmail(store, id);
    if (matter === undefined) return;
    const { tries, lastError } = matter;
    if (matter.ageSeconds >= giveUpSeconds) {
      const why =
        tries === 0
          ? 'no SMTP server was set up'
          : `tried ${tries} ${tries === 1 ? 'time' : 'times'}; last: ${lastError}`;
      await recordTry(store, id, { as: 'given_up', error: `Given up after 24 hours: ${why}` });
      return;
    }
    const sent = await mailer.send(matter);
    if (sent.as === 'delivered') return insist(() => recordTry(store, id, sent));
    await recordTry(store, id, { ...sent, as: sent.as === 'refused' ? 'failed' : 'again' });
    // What the queue tries again after a pause.
    if (sent.as === 'again') throw new Error(sent.error);
  };

  const stopping = new AbortController();
  const feeding = feed(deps, boss, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await feeding;
      await boss
        .stop({ graceful: true, timeout: 35_000 })
        .catch((error: unknown) => onUnexpected(error, 'stopping the queue of e-mails'));
      mailer.close();
    },
  };
}

async function openBoss({ databaseUrl, onUnexpected }: EmailQueueDeps): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'kinora-emails',
    max: 3,
    schedule: false,
    superviseIntervalSeconds: 15,
    monitorIntervalSeconds: 15,
  });
  boss.on('error', (error) => onUnexpected(error, 'in the queue of e-mails'));
  return boss.start();
}

/** Hands over what has been written since, until stopped. */
async function feed(
  { store, onUnexpected }: EmailQueueDeps,
  boss: PgBoss,
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      // Should the tables of the queue be lost, its mails are not.
      await requeueForgottenEmails(store, giveUpSeconds + 3_600);
      while (!stopping.aborted && (await handOver(store, boss)) === atOnce);
    } catch (error) {
      onUnexpected(error, 'queueing e-mails');
    }
    await sleep(pollMs, undefined, { signal: stopping }).catch(() => {});
  }
}

async function handOver(store: Store, boss: PgBoss): Promise<number> {
  return store.transaction(async (db) => {
    const taken = await takeUnqueuedEmails(db, atOnce);
    if (taken.length > 0)
      await boss.insert(
        queueName,
        taken.map((id) => ({ data: { id } })),
        { db: asBossDb(db) },
      );
    return taken.length;
  });
}

/** So that the job is written in our transaction. */
const asBossDb = (db: Db) => ({
  executeSql: async (text: string, values?: unknown[]) => ({ rows: await db.query<unknown>(text, values) }),
});

/** The mail has left: a database that is away for a while must not make it leave again. */
async function insist(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= 120) throw error;
      await sleep(1_000);
    }
  }
}
