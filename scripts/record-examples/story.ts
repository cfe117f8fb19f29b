import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from './recorder.ts';
import { tellAds } from './tell-ads.ts';

const videos = '/v1/bytedance/seedance-2.0';
const shape = { duration: 5, aspect_ratio: '16:9' };
const simulated = { engine: 'simulated' };

const idOf = (answer: Record<string, unknown>) => String(answer['id']);

/** A shop's first day, told in calls: each is an example of what people send, and of what they get. */
export async function tellStory(
  { call }: Recorder,
  operator: string,
  /** What is uploaded, and who is told of events. */
  { photo, receiver }: { photo: FormData; receiver: string },
): Promise<void> {
  await call(operator, 'GET', '/healthz');
  const accountId = idOf(
    await call(operator, 'POST', '/v1/accounts', {
      name: 'Halden',
      concurrency_limit: 20,
      time_zone: 'Europe/Oslo',
    }),
  );
  const account = `/v1/accounts/${accountId}`;
  await call(operator, 'GET', '/v1/accounts');
  await call(operator, 'PATCH', account, { concurrency_limit: 30 });
  await call(operator, 'POST', `${account}/grants`, { credits: 12_000, reason: 'Max pack, invoice 1041' });
  await call(operator, 'POST', `${account}/adjustments`, { credits: -75, reason: 'granted twice' });
  const live = String((await call(operator, 'POST', '/v1/keys', { account_id: accountId }))['key']);
  const test = String((await call(live, 'POST', '/v1/keys', { mode: 'test', name: 'staging' }))['key']);
  await call(live, 'GET', '/v1/keys');
  const spare = await call(live, 'POST', '/v1/keys', { mode: 'live', name: 'shop import' });
  await call(live, 'DELETE', `/v1/keys/${idOf(spare)}`);
  await call(live, 'PATCH', '/v1/account', {
    time_zone: 'Europe/Oslo',
    alert_email: 'ops@example.com',
    balance_alert_credits: 2_000,
  });
  await call(live, 'GET', '/v1/packs');

  const hookId = idOf(
    await call(test, 'POST', '/v1/webhooks', { url: `${receiver}/hooks/kinora`, description: 'the shop' }),
  );
  const hook = `/v1/webhooks/${hookId}`;
  await call(test, 'GET', '/v1/webhooks');
  await call(test, 'PATCH', hook, { events: ['generation.complete', 'generation.failed'] });
  await call(test, 'POST', `${hook}/secret/rotate`, { overlap_seconds: 86_400 });
  await call(test, 'GET', '/v1/webhooks/default/secret');
  await call(operator, 'PUT', '/v1/routes', {
    endpoint: 'reference-to-video',
    engines: ['local'],
    scope: 'workflow',
    scope_value: 'drafts',
    account_id: accountId,
  });
  await call(live, 'GET', '/v1/routes');

  const token = await call(live, 'POST', '/v1/upload-tokens', {
    kinds: ['image'],
    max_files: 5,
    origin: 'https://shop.example',
  });
  await call(live, 'GET', `/v1/upload-tokens/${idOf(token)}`);

  const fileId = idOf(await call(test, 'POST', '/v1/files', photo));
  const budgetId = idOf(
    await call(test, 'POST', '/v1/budgets', {
      name: 'Spring ads',
      scope: 'workflow',
      scope_value: 'spring',
      period: 'daily',
      limit_credits: 600,
    }),
  );
  const mug = {
    prompt: '@hero rotates slowly on a clean surface, soft studio lighting',
    reference_images: [{ file_id: fileId, role: 'product', alias: 'hero' }],
    ...shape,
    workflow: 'spring',
    tags: ['catalogue'],
    metadata: { sku: 'MUG-01' },
  };
  await call(test, 'POST', '/v1/estimates', { duration: 5, count: 500, ...simulated });
  const rehearsed = { ...mug, prompt: '@hero turns', ...simulated, dry_run: true };
  await call(test, 'POST', `${videos}/reference-to-video`, rehearsed);
  const madeId = idOf(await call(test, 'POST', `${videos}/reference-to-video`, { ...mug, ...simulated }));
  const made = `/v1/generations/${madeId}`;
  const text = { prompt: 'A calm morning by the sea, slow push in, warm light', ...shape };
  const slow = { simulate: { latency_seconds: 600 } };
  const slowId = idOf(await call(test, 'POST', `${videos}/text-to-video`, { ...text, ...slow }));
  await call(test, 'POST', `${videos}/image-to-video`, {
    prompt: 'The camera moves in slowly, the light is warm',
    image: fileId,
    ...shape,
    ...slow,
  });
  await call(test, 'GET', `/v1/generations/${slowId}/wait`);
  await call(test, 'POST', '/v1/generations/cancel', { workflow: 'spring', dry_run: true });

  await ended(call, test, made);
  await call(test, 'GET', '/v1/generations?status=complete');
  await call(test, 'POST', `${hook}/test`);
  const delivery = await delivered(call, test, made);
  await call(test, 'GET', `/v1/deliveries/${delivery}`);
  await call(test, 'POST', `/v1/deliveries/${delivery}/resend`);
  await call(test, 'GET', '/v1/events?types=generation.complete');
  for (const part of ['attempts', 'receipt']) await call(test, 'GET', `${made}/${part}`);
  await call(test, 'GET', '/v1/receipts');
  await call(operator, 'POST', `${made}/refund`, { credits: 303, reason: 'the logo was wrong' });
  for (const part of ['', '/entries?limit=2', '/grants?limit=2', '/forecast'])
    await call(test, 'GET', `/v1/credits${part}`);
  await call(test, 'GET', '/v1/budgets');
  await call(test, 'GET', `/v1/budgets/${budgetId}`);
  await call(test, 'PATCH', `/v1/budgets/${budgetId}`, { limit_credits: 20_000 });
  await call(test, 'GET', '/v1/alerts');

  const batch = `/v1/batches/${idOf(await call(test, 'POST', '/v1/batches', { name: 'Spring catalogue', workflow: 'spring', tags: ['catalogue'] }))}`;
  const row = {
    prompt: '@Image1 rotates slowly',
    reference_images: [fileId],
    ...shape,
    metadata: { sku: 'MUG-01' },
  };
  await call(test, 'POST', `${batch}/rows`, {
    rows: [
      row,
      { ...row, reference_images: ['file_000000000000000000000000'], metadata: { sku: 'LAMP-04' } },
    ],
  });
  for (let waits = 0; waits < 40; waits += 1) {
    const { rows } = (await call(test, 'GET', batch)) as { rows: { waiting: number } };
    if (rows.waiting === 0) break;
    await sleep(250);
  }
  await call(test, 'GET', `${batch}/rows`);
  await call(test, 'POST', `${batch}/rows/2/retry`);
  await call(test, 'PATCH', batch, { priority: 5 });
  await call(test, 'GET', '/v1/batches');
  await tellOfRecords(call, test, batch, { ...row, ...simulated, simulate: { latency_seconds: 0 } });

  const agreement = {
    person: 'user-1841',
    text_version: 'cards-2026-11',
    text: 'I agree that my photos become one birthday video for me.\n\nI can take this back at any time.',
    scope: { purposes: ['birthday card'], workflows: ['greeting-cards'] },
  };
  const link = await call(test, 'POST', '/v1/consent-links', {
    ...agreement,
    return_url: 'https://cards.example/thanks',
  });
  await call(test, 'GET', `/v1/consent-links/${idOf(link)}`);
  const consentId = idOf(
    await call(test, 'POST', '/v1/consents', {
      ...agreement,
      channel: 'app',
      given_at: '2026-11-20T10:00:00Z',
      expires_at: '2027-11-28T10:00:00Z',
    }),
  );
  const consent = `/v1/consents/${consentId}`;
  const card = { ...shape, ...simulated, prompt: '@Image1 waves', workflow: 'greeting-cards' };
  const seen = [{ file_id: fileId, role: 'person', consent_id: consentId }];
  const cardId = idOf(
    await call(test, 'POST', `${videos}/reference-to-video`, { ...card, reference_images: seen }),
  );
  await ended(call, test, `/v1/generations/${cardId}`);
  await call(test, 'POST', `${consent}/revoke`, { reason: 'asked for by mail' });
  await erased(call, test, consent);
  await call(test, 'GET', `${consent}/certificate`);
  await call(test, 'GET', '/v1/consents?limit=1');

  for (const verb of ['pause', 'resume']) await call(live, 'POST', `${account}/${verb}`);
  await call(operator, 'GET', '/v1/engines');
  await call(operator, 'POST', '/v1/engines/simulated/resume');
  await call(operator, 'GET', '/v1/parked');
  await call(operator, 'GET', '/v1/ledger/check');
  await tellAds(call, live);
  await call(test, 'GET', '/v1/usage?by=workflow');
  await call(test, 'GET', '/v1/usage/failures');
  await call(live, 'GET', '/v1/audit?limit=2');
}

/** One product, its video looked at and made once more. */
async function tellOfRecords(
  call: Recorder['call'],
  key: string,
  batch: string,
  request: object,
): Promise<void> {
  const workflow = '/v1/workflows/spring';
  const fingerprint = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  const parts = { template: 'turntable@3', bundle: 'halden@2', engine: 'simulated' };
  const rows = [{ ...request, record: { key: 'MUG-01', fingerprint, parts } }];
  await call(key, 'PATCH', workflow, { review: true, published: true });
  const added = await call(key, 'POST', `${batch}/rows`, { rows });
  await call(key, 'POST', `${batch}/rows`, { rows });
  let records: { id: string; awaiting_review: object | null }[] = [];
  for (let waits = 0; waits < 80 && (records[0]?.awaiting_review ?? null) === null; waits += 1) {
    await sleep(250);
    records = (await call(key, 'GET', '/v1/records?workflow=spring'))['data'] as typeof records;
  }
  const record = `/v1/records/${records[0]?.id}`;
  await call(key, 'POST', `${record}/versions/1/reject`, { reason: 'off_brand', note: 'The light is cold.' });
  await call(key, 'POST', `${record}/regenerate`, { note: 'Warm morning light' });
  await call(key, 'POST', `${record}/versions/1/approve`);
  await call(key, 'POST', `${record}/roll-back`, { version: 1 });
  await call(key, 'GET', '/v1/records?workflow=spring');
  await call(key, 'GET', '/v1/workflows');
  await call(key, 'GET', workflow);
  await call(key, 'GET', `${workflow}/keys`);
  await call(key, 'POST', `${workflow}/compare`, {
    rows: [
      { key: 'MUG-01', fingerprint },
      { key: 'LAMP-04', fingerprint },
    ],
  });
  await call(key, 'PATCH', `${batch}/rows/2`, { reference_images: ['https://example.com/lamp.jpg'] });
  await call(key, 'POST', `${batch}/retry`);
  if (added['first'] === null) throw new Error('the row of the record was not added');
}

/** The id of the delivery that told of a generation, once it has arrived. */
async function delivered(call: Recorder['call'], key: string, generation: string): Promise<string> {
  for (let waits = 0; waits < 80; waits += 1) {
    const { data } = await call(key, 'GET', `${generation}/deliveries`);
    const [first] = data as { id: string; state: string }[];
    if (first?.state === 'delivered') return first.id;
    await sleep(250);
  }
  throw new Error(`no webhook of ${generation} has arrived`);
}

/** What a revocation asks for is done: what was running has stopped. */
async function erased(call: Recorder['call'], key: string, consent: string): Promise<void> {
  for (let waits = 0; waits < 80; waits += 1) {
    const { revocation } = (await call(key, 'GET', consent)) as { revocation: { erased_at: string | null } };
    if (revocation.erased_at !== null) return;
    await sleep(250);
  }
  throw new Error(`what belongs to ${consent} was not deleted`);
}

/** The example of a generation is one that has ended. */
async function ended(call: Recorder['call'], key: string, path: string): Promise<void> {
  for (let waits = 0; waits < 240; waits += 1) {
    const { status } = await call(key, 'GET', path);
    if (status === 'complete') return;
    await sleep(250);
  }
  throw new Error(`${path} has not ended`);
}
