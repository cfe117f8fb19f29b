import type { Store } from '../src/store/db.ts';
import { samplePlan } from './generations.ts';

/**
 * Ended generations of an account, written straight into the table, one a minute back from `before`: each tenth failed
 * as its engine did, the others delivered 4.96 s. Each has one attempt. For reports; the ledger knows nothing of them.
 */
export async function insertEndedGenerations(
  store: Store,
  owner: { accountId: string; keyId: string },
  options: { count: number; before: string; prompt?: string },
): Promise<void> {
  await store.transaction(async (db) => {
    await db.query(
      `insert into generations (id, account_id, key_id, purse, endpoint, engine, model, status, outcome, failure_code,
        failure_message, prompt, duration_seconds, aspect_ratio, plan, price_credits, price_usd_cents, price_book,
        charged_credits, workflow, batch_id, tags, end_user_id, attempt, output_file_id, poster_file_id, output_facts,
        created_at, started_at, finished_at)
      select 'gen_' || lpad(n::text, 24, '0'), $1, $2, 'live', 'text-to-video', 'local', 'kinora-studio-2',
        case when bad then 'failed' else 'complete' end, case when bad then 'error' else 'succeeded' end,
        case when bad then 'engine_failed' end, case when bad then 'job ' || n || ' ran out of memory' end,
        coalesce($6, 'prompt ' || n), 5, case when n % 3 = 0 then '9:16' else '16:9' end, $3::jsonb, 303, 303,
        'published@1', case when bad then 0 else 303 end, 'workflow ' || n % 7, 'batch ' || n / 1000,
        array['all', 'tag ' || n % 5], 'user ' || n % 2000, 1, case when not bad then 'file_' || n end,
        case when not bad then 'file_p' || n end,
        case when not bad then '{"kind": "video", "contentType": "video/mp4", "sizeBytes": 1000, "durationSeconds": 4.96}'::jsonb end,
        at, at + interval '2 seconds', at + interval '30 seconds'
      from (select n, n % 10 = 0 as bad, $5::timestamptz - n * interval '1 minute' as at
        from generate_series(1, $4::integer) n) rows`,
      [
        owner.accountId,
        owner.keyId,
        JSON.stringify(samplePlan),
        options.count,
        options.before,
        options.prompt ?? null,
      ],
    );
    await db.query(
      `insert into attempts (id, generation_id, number, engine, started_at, ended_at, result, code, message)
      select 'att_' || substr(id, 5), id, 1, engine, started_at, finished_at,
        case when outcome = 'succeeded' then 'succeeded' else 'failed' end, failure_code, failure_message
      from generations where account_id = $1 on conflict do nothing`,
      [owner.accountId],
    );
  });
  await store.query('analyze generations, attempts');
}
