import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { setClock } from '../../test/clock.ts';
import { createTestDatabase } from '../../test/database.ts';
import { smtpError, startSmtp } from '../../test/smtp.ts';
import { changeAccount } from '../store/accounts.ts';
import type { Db } from '../store/db.ts';
import { listAlerts } from '../store/deliveries.ts';
import { startEmailQueue } from './email-queue.ts';

const { store, url } = await createTestDatabase();
const smtp = await startSmtp();
const unexpected: unknown[] = [];

const start = (smtpUrl = smtp.url) =>
  startEmailQueue({
    store,
    databaseUrl: url,
    mail: { smtpUrl, from: 'Kinora <kinora@kinora.example>' },
    onUnexpected: (error) => unexpected.push(error),
  });

let number = 0;

/** An account whose alerts go to an address of its own, and one alert of it. */
async function alert(db: Db = store): Promise<{ accountId: string; address: string }> {
  number += 1;
  const address = `ops${number}@halden.example`;
  const { account } = await openAccount(store, { credits: 100 });
  await store.transaction((transaction) => changeAccount(transaction, account.id, { alertEmail: address }));
  await raise(db, account.id);
  return { accountId: account.id, address };
}

const raise = (db: Db, accountId: string) =>
  db.query(
    `insert into events (account_id, type, data) values ($1, 'balance.low', '{"purse":"live","available":100,"mark":500}')`,
    [accountId],
  );

const deliveryOf = async (accountId: string) => {
  const [first] = await listAlerts(store, { accountId, purse: 'live', before: undefined, limit: 1 });
  const [delivery] = first?.deliveries ?? [];
  assert.ok(delivery);
  return delivery;
};

/** Looks until it is so; the test's own time limit ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Lets the pauses of the queue be over, instead of waiting for them. */
const skipPauses = () => store.query(`update pgboss.job set start_after = now() where state = 'retry'`);

let queue = await start();
after(() => queue.stop());

test('an alert leaves once, as a mail a person can read, with the id of its delivery', async () => {
  const { accountId, address } = await alert();
  await until(async () => (await deliveryOf(accountId)).state === 'delivered');
  const mails = smtp.mails.filter(({ to }) => to.includes(address));
  assert.equal(mails.length, 1);
  const [mail] = mails;
  const delivery = await deliveryOf(accountId);
  assert.equal(mail?.from, 'kinora@kinora.example');
  assert.equal(mail?.headers.get('message-id'), `<${delivery.id}@kinora.example>`);
  assert.equal(mail?.headers.get('subject'), '[Halden] Your balance is low: 100 credits are left');
  assert.match(mail?.text ?? '', /Alert below {2}500 credits/);
  assert.equal(delivery.tries, 1);
});

test('an alert that is rolled back is never sent', async () => {
  const { accountId, address } = await alert();
  const { account } = await openAccount(store);
  await store.transaction((db) => changeAccount(db, account.id, { alertEmail: 'never@halden.example' }));
  await assert.rejects(
    store.transaction(async (db) => {
      await raise(db, account.id);
      throw new Error('changed my mind');
    }),
  );
  await until(async () => (await deliveryOf(accountId)).state === 'delivered');
  assert.equal(smtp.mails.filter(({ to }) => to.includes(address)).length, 1);
  assert.equal(smtp.mails.filter(({ to }) => to.includes('never@halden.example')).length, 0);
});

test('a server that is busy is asked again, and the mail keeps its Message-ID', async () => {
  const ids: (string | undefined)[] = [];
  smtp.onMail = (mail) => {
    ids.push(mail.headers.get('message-id'));
    if (ids.length < 3) throw smtpError(451, 'too busy');
  };
  const { accountId } = await alert();
  await until(async () => {
    await skipPauses();
    return (await deliveryOf(accountId)).state === 'delivered';
  });
  smtp.onMail = () => {};
  assert.deepEqual([ids.length, new Set(ids).size], [3, 1]);
  assert.equal((await deliveryOf(accountId)).tries, 3);
});

test('an address that the server refuses for good is given up at once, with what it said', async () => {
  smtp.onRecipient = () => {
    throw smtpError(550, 'no such mailbox');
  };
  const { accountId } = await alert();
  await until(async () => (await deliveryOf(accountId)).state === 'failed');
  smtp.onRecipient = () => {};
  const delivery = await deliveryOf(accountId);
  assert.match(delivery.lastError ?? '', /no such mailbox/);
  assert.equal(delivery.tries, 1);
});

test('after 24 hours in vain a mail is given up, and its row says why', async () => {
  smtp.onMail = () => {
    throw smtpError(451, 'still too busy');
  };
  const { accountId } = await alert();
  await until(async () => (await deliveryOf(accountId)).tries > 0);
  await setClock(store, new Date(Date.now() + 25 * 3_600_000).toISOString());
  await until(async () => {
    await skipPauses();
    return (await deliveryOf(accountId)).state === 'failed';
  });
  await setClock(store, undefined);
  smtp.onMail = () => {};
  assert.match(
    (await deliveryOf(accountId)).lastError ?? '',
    /^Given up after 24 hours: tried \d+ times?; last: .*still too busy/,
  );
});

test('what was written while nobody sent leaves once somebody does', async () => {
  await queue.stop();
  const { accountId, address } = await alert();
  assert.equal((await deliveryOf(accountId)).state, 'pending');
  queue = await start();
  await until(async () => (await deliveryOf(accountId)).state === 'delivered');
  assert.equal(smtp.mails.filter(({ to }) => to.includes(address)).length, 1);
});

test('two processes that send together send each mail once', async () => {
  const second = await start();
  const alerts: { accountId: string; address: string }[] = [];
  for (let count = 0; count < 30; count += 1) alerts.push(await alert());
  await until(async () => {
    const states = await Promise.all(alerts.map(({ accountId }) => deliveryOf(accountId)));
    return states.every(({ state }) => state === 'delivered');
  });
  await second.stop();
  for (const { address } of alerts)
    assert.equal(smtp.mails.filter(({ to }) => to.includes(address)).length, 1, address);
});

test('connections that the database cuts are made anew, and no mail is lost or doubled', async () => {
  const alerts: { accountId: string; address: string }[] = [];
  for (let count = 0; count < 10; count += 1) {
    alerts.push(await alert());
    await store.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'kinora-emails%'`,
    );
  }
  await until(async () => {
    await skipPauses();
    const states = await Promise.all(alerts.map(({ accountId }) => deliveryOf(accountId)));
    return states.every(({ state }) => state === 'delivered');
  });
  for (const { address } of alerts)
    assert.equal(smtp.mails.filter(({ to }) => to.includes(address)).length, 1, address);
  unexpected.length = 0;
});

test('a sender killed with a mail in hand is found out by its silence, and the mail leaves once', async () => {
  await queue.stop();
  const { accountId, address } = await alert();
  let inHand = () => {};
  const taking = new Promise<void>((resolve) => {
    inHand = resolve;
  });
  smtp.onMail = () => {
    inHand();
    return new Promise(() => {});
  };
  const script = new URL('../../test/fixtures/email-sender.ts', import.meta.url).pathname;
  const sender = spawn(process.execPath, [script, url, smtp.url], { stdio: 'inherit' });
  await taking;
  sender.kill('SIGKILL');
  await once(sender, 'exit');
  smtp.onMail = () => {};
  assert.equal((await deliveryOf(accountId)).state, 'pending');
  // Its last sign of life is made old, instead of waiting for it to be.
  await store.query(
    `update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`,
  );
  queue = await start();
  await until(async () => {
    await skipPauses();
    return (await deliveryOf(accountId)).state === 'delivered';
  });
  assert.equal(smtp.mails.filter(({ to }) => to.includes(address)).length, 1);
});
