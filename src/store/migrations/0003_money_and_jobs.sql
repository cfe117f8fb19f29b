-- Grants, budgets and receipts; jobs at remote engines; batches, alerts and the audit log.

-- The clock of expiry, deadlines and calendar days. Whoever tests them replaces it.
create function kinora_now() returns timestamptz language sql stable as 'select now()';

-- Who may run what -------------------------------------------------------------------------------------------

alter table accounts
  add column paused_at timestamptz,
  -- Who paused it: what the operator has paused, its owner cannot resume.
  add column paused_by text check (paused_by in ('operator', 'owner')),
  -- When something that belongs to no batch was last begun: it takes turns with the batches.
  add column own_served_at timestamptz,
  -- Where alerts go, and the available live credits below which one is due.
  add column alert_email text,
  add column alert_webhook_url text,
  add column balance_alert_credits bigint check (balance_alert_credits >= 0);

create table engines (
  name text primary key,
  -- Null where every process has slots of its own, as for a renderer on its machine.
  slots integer check (slots >= 0),
  running integer not null default 0 check (running >= 0),
  paused_at timestamptz,
  -- Nothing is begun before this: the provider asked for it, or keeps failing.
  not_before timestamptz,
  not_before_reason text
);

create table batches (
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  id text not null,
  -- Null for a batch that only exists as the batch_id of single submits.
  key_id text references keys,
  name text,
  workflow text,
  tags text[] not null default '{}',
  priority integer not null default 0,
  paused_at timestamptz,
  canceled_at timestamptz,
  last_served_at timestamptz,
  -- How many of its generations may wait or run at once; the other rows stay rows.
  ahead integer not null default 100 check (ahead between 1 and 10000),
  -- How many rows it has; the next one is numbered after it.
  row_count integer not null default 0,
  -- When its rows are looked at next, and what stopped them at the last look.
  next_look_at timestamptz not null default now(),
  stopped_by jsonb,
  -- The rows up to this number were looked at since pass_began_at; the pass is over at the last waiting row.
  looked_to integer not null default 0,
  pass_began_at timestamptz,
  -- The process that feeds it just now, and until when it is that one's alone.
  feed_lease text,
  feed_lease_expires_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (account_id, purse, id)
);
create index batches_newest on batches (account_id, purse, created_at desc, id desc) where key_id is not null;
create index batches_abandoned on batches (feed_lease_expires_at) where feed_lease is not null;
create index batches_due on batches (next_look_at) where canceled_at is null and paused_at is null and key_id is not null;

insert into batches (account_id, purse, id)
select distinct account_id, purse, batch_id from generations where batch_id is not null;

-- Generations and their attempts -----------------------------------------------------------------------------

alter table generations
  -- Those that one transaction accepts keep their order.
  alter column created_at set default clock_timestamp(),
  drop constraint generations_check2,
  add check (lease is null or status = 'processing'),
  -- Takes turns with the other lanes of its account: a batch, or everything that belongs to none.
  add column lane text not null generated always as (case when batch_id is null then '' else purse || ':' || batch_id end) stored,
  -- Not begun by then: expired.
  add column start_by timestamptz,
  -- Not ended by then: expired, unless a provider has it.
  add column expires_at timestamptz,
  add column quote jsonb,
  add column simulate jsonb,
  -- The attempt under way or the last one.
  add column attempt_id text;
drop index generations_waiting;
create index generations_waiting on generations (engine, account_id, lane, priority desc, created_at, id)
  where status = 'pending';
create index generations_pending_deadlines on generations (least(start_by, expires_at))
  where status = 'pending' and (start_by is not null or expires_at is not null);
create index generations_processing_deadlines on generations (expires_at)
  where status = 'processing' and expires_at is not null;
create index generations_of_batch on generations (account_id, purse, batch_id) where batch_id is not null;
create index generations_open_of_batch on generations (account_id, purse, batch_id)
  where batch_id is not null and status in ('pending', 'processing');
-- Rolling medians, and failures that group.
-- For the operator, over all accounts. By block ranges: rows come in the order of their creation, and it costs the
-- submit nearly nothing.
create index generations_by_time on generations using brin (created_at) with (pages_per_range = 32, autosummarize = on);
create index generations_finished on generations (engine, finished_at desc) where finished_at is not null;

alter table attempts
  -- Goes to the provider as idempotency key and comes back in its callbacks.
  add column id text unique,
  -- What has to be done next about a remote attempt: null for a renderer of ours and when nothing is left to do.
  --   starting    the provider is being asked, or its answer was lost
  --   running     it has the job
  --   collecting  it says the job is done
  --   unknown     nobody can tell whether it has the job: parked
  --   late        the attempt has ended otherwise, and yet there is a video to fetch
  add column step text check (step in ('starting', 'running', 'collecting', 'unknown', 'late')),
  add column lease text,
  add column next_step_at timestamptz,
  -- How often this step was tried in vain.
  add column tries integer not null default 0,
  -- Of a failed one: why, in our words; message keeps what the provider said.
  add column code text,
  add column handle jsonb,
  add column accepted_at timestamptz,
  add column output jsonb,
  -- What the provider says it used and what it cost, in millionths of a dollar: recorded, apart from credits.
  add column billed_seconds real,
  add column cost_micro_usd bigint,
  -- Whether it counts as running for its account and its engine.
  add column holds_slot boolean not null default false,
  add column late_output_file_id text,
  add column late_poster_file_id text,
  add column late_output_facts jsonb,
  add column adopted_at timestamptz,
  add check (step is null or step = 'late' or ended_at is null);
update attempts set id = 'att_' || substr(md5(generation_id || number), 1, 24);
alter table attempts alter column id set not null;
update generations g set attempt_id = a.id from attempts a where a.generation_id = g.id and a.number = g.attempt;
update attempts a set holds_slot = true from generations g
where a.id = g.attempt_id and g.status = 'processing' and a.ended_at is null;
create index attempts_due on attempts (engine, next_step_at) where step in ('starting', 'running', 'collecting', 'late');
create index attempts_holding_slots on attempts (engine) where holds_slot;
create index attempts_by_handle on attempts using hash (handle) where handle is not null;
create index attempts_parked on attempts (started_at) where step = 'unknown';

-- A finished video, looked at once for each of its contents.
create table inspections (
  sha256 text primary key references blobs on delete cascade,
  poster_sha256 text not null,
  poster_size_bytes bigint not null,
  poster_facts jsonb not null,
  checks jsonb not null
);

create table batch_rows (
  account_id text not null,
  purse text not null,
  batch_id text not null,
  number integer not null check (number > 0),
  state text not null default 'waiting'
    check (state in ('waiting', 'waiting_budget', 'submitted', 'refused', 'canceled')),
  -- A request body, as for a single submit.
  request jsonb not null,
  generation_id text references generations,
  -- What a waiting row waits for, or why a refused one was.
  reason jsonb,
  -- The references as they were fetched, so that a row which waits for credits does not fetch them again.
  snapshots jsonb,
  primary key (account_id, purse, batch_id, number),
  foreign key (account_id, purse, batch_id) references batches,
  check ((state = 'submitted') = (generation_id is not null))
);
create index batch_rows_of_state on batch_rows (account_id, purse, batch_id, state, number);
create index batch_rows_waiting on batch_rows (account_id, purse, batch_id, number)
  where state in ('waiting', 'waiting_budget');

-- Credits ----------------------------------------------------------------------------------------------------

alter table balances
  add column balance bigint not null generated always as (available + held) stored,
  -- The head of the chain of receipts.
  add column receipts bigint not null default 0,
  add column receipt_hash text not null default '',
  -- The newest entry from before there were receipts.
  add column receipts_after bigint not null default 0,
  -- Set once it was told that the balance is low, until it is above the mark again. Here, on the row that every move of
  -- credits locks anyway.
  add column low_told_at timestamptz;

-- Where credits came from, and what became of them. Taken in order of priority, expiry, gifts before purchases, age.
create table grants (
  id text primary key,
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  source text not null check (source in ('signup', 'operator', 'pack', 'adjustment')),
  reason text not null,
  -- Of a purchase: the pack, and the payment that it was made with.
  pack text,
  payment_id text unique,
  -- Lower is taken earlier.
  priority integer not null default 0,
  expires_at timestamptz,
  amount bigint not null check (amount > 0),
  remaining bigint not null check (remaining >= 0),
  held bigint not null default 0 check (held >= 0),
  spent bigint not null default 0 check (spent >= 0),
  expired bigint not null default 0 check (expired >= 0),
  withdrawn bigint not null default 0 check (withdrawn >= 0),
  created_at timestamptz not null default now(),
  check (amount = remaining + held + spent + expired + withdrawn)
);
create index grants_of_account on grants (account_id, purse, created_at);
create index grants_to_take on grants (account_id, purse) where remaining > 0;
create index grants_to_expire on grants (expires_at) where remaining > 0 and expires_at is not null;

alter table ledger_entries
  -- A day's booking belongs to the clock that budgets reset by.
  alter column created_at set default kinora_now(),
  drop constraint ledger_entries_kind_check,
  drop constraint ledger_entries_check1,
  add check (kind in ('grant', 'hold', 'settle', 'release', 'expire', 'adjust', 'refund', 'adopt')),
  add check ((kind in ('grant', 'expire', 'adjust')) = (generation_id is null)),
  -- Which grants the credits were taken from, went back to or were spent of: [[grant id, credits], …].
  add column grants jsonb not null default '[]',
  -- Which budgets were debited: [[budget id, value, first day of the period], …].
  add column budgets jsonb not null default '[]',
  -- Of a refund: the settle or adopt that it gives back.
  add column refund_of bigint references ledger_entries,
  add check ((kind = 'refund') = (refund_of is not null));
create index ledger_of_generation on ledger_entries (generation_id) where kind in ('settle', 'adopt', 'refund');
create index bookings_by_time on ledger_entries (account_id, purse, created_at) where kind in ('hold', 'adopt');
create unique index one_refund_per_charge on ledger_entries (refund_of) where kind = 'refund';
create unique index one_adoption_per_generation on ledger_entries (generation_id) where kind = 'adopt';

-- Balances from before there were grants become one each; holds that are open then, and what was charged before, name it.
insert into grants (id, account_id, purse, source, reason, amount, remaining, held, spent)
select 'grant_' || substr(md5(b.account_id || b.purse), 1, 24), b.account_id, b.purse, 'operator', 'carried over',
  b.available + b.held + coalesce(s.spent, 0), b.available, b.held, coalesce(s.spent, 0)
from balances b
left join (
  select account_id, purse, sum(counterpart) as spent from ledger_entries where kind = 'settle' group by 1, 2
) s using (account_id, purse)
where b.available + b.held + coalesce(s.spent, 0) > 0;
alter table ledger_entries disable trigger append_only;
update ledger_entries h
set grants = jsonb_build_array(jsonb_build_array('grant_' || substr(md5(account_id || purse), 1, 24), held))
where kind = 'hold' and held > 0 and not exists (
  select from ledger_entries e where e.generation_id = h.generation_id and e.kind in ('settle', 'release'));
update ledger_entries
set grants = jsonb_build_array(jsonb_build_array('grant_' || substr(md5(account_id || purse), 1, 24), counterpart))
where kind = 'settle' and counterpart > 0;
alter table ledger_entries enable trigger append_only;
-- Ends from before have no receipts.
update balances b set receipts_after = coalesce(
  (select max(e.id) from ledger_entries e where e.account_id = b.account_id and e.purse = b.purse), 0);

create table budgets (
  id text primary key,
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  name text not null,
  scope text not null check (scope in ('account', 'key', 'workflow', 'batch', 'tag', 'end_user')),
  -- Which one; '*' is each of them by itself. Null for the account.
  scope_value text,
  period text not null check (period in ('total', 'daily', 'monthly')),
  limit_credits bigint not null check (limit_credits >= 0),
  action text not null check (action in ('alert', 'block')),
  -- Percentages of the limit, rising.
  thresholds integer[] not null default '{50,80,100}',
  created_at timestamptz not null,
  ended_at timestamptz,
  -- The newest entry of its purse when it was made: that and older ones are in its first usage, newer ones debit it.
  counted_through bigint not null,
  -- The period that the first usage is of, and the time zone that told so.
  counted_starts date not null,
  counted_zone text not null,
  check ((scope = 'account') = (scope_value is null))
);
create index budgets_of_account on budgets (account_id, purse, created_at desc, id desc);

create table budget_usage (
  budget_id text not null references budgets,
  value text not null,
  -- First day in the time zone of the account; -infinity where the budget has no period.
  period_start date not null,
  -- Held and charged.
  used bigint not null default 0 check (used >= 0),
  -- The highest threshold that was told of.
  alerted_percent integer not null default 0,
  -- That it has refused something was told of.
  refusal_told_at timestamptz,
  primary key (budget_id, value, period_start)
);

-- One for each end of a generation, in one chain for each purse: hash = sha256(previous hash, newline, body).
create table receipts (
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  number bigint not null,
  generation_id text not null references generations,
  entry_id bigint not null unique references ledger_entries,
  body text not null,
  previous_hash text not null,
  hash text not null,
  created_at timestamptz not null default now(),
  primary key (account_id, purse, number)
);
create index receipts_of_generation on receipts (generation_id, number);
create trigger append_only before update or delete or truncate on receipts
  for each statement execute function refuse_change();

-- Purchases: begun by us, ended by the word of the payment provider.
create table payments (
  id text primary key,
  account_id text not null references accounts,
  key_id text references keys,
  provider text not null,
  -- What the provider calls the checkout, and the money itself: its refunds name that.
  provider_id text unique,
  provider_payment_id text unique,
  pack text not null,
  credits bigint not null check (credits > 0),
  usd_cents bigint not null check (usd_cents >= 0),
  -- failed: the provider would not begin it, or the money did not come. refused: money came, but not what was asked.
  status text not null check (status in ('open', 'paid', 'expired', 'failed', 'refused', 'refunded')),
  -- Why it failed or was refused.
  problem text,
  -- Where the buyer pays (null until the provider has said it), and comes back to.
  checkout_url text,
  success_url text not null,
  cancel_url text not null,
  -- Of the money, in all; may be known before the payment is.
  refunded_cents bigint not null default 0 check (refunded_cents >= 0),
  -- What refunds took from the grant, and what they could not because it was spent or held by then.
  withdrawn_credits bigint not null default 0 check (withdrawn_credits >= 0),
  unrecovered_credits bigint not null default 0 check (unrecovered_credits >= 0),
  created_at timestamptz not null default now(),
  paid_at timestamptz,
  refunded_at timestamptz,
  check ((status in ('paid', 'refunded')) = (paid_at is not null)),
  check (withdrawn_credits + unrecovered_credits <= credits)
);
create index payments_of_account on payments (account_id, created_at desc, id desc);

-- What happened, and who was told ----------------------------------------------------------------------------

alter table events
  alter column generation_id drop not null,
  add column data jsonb not null default '{}';
create index events_of_account on events (account_id, id);
create index alerts_of_account on events (account_id, id desc)
  where type in ('budget.threshold', 'budget.blocked', 'balance.low', 'credits.expired', 'generation.late_output',
    'generation.parked');

create table audit_entries (
  id bigint generated always as identity primary key,
  -- Null where no account is meant.
  account_id text references accounts,
  -- operator, system, or the id of a key.
  actor text not null,
  action text not null,
  target text not null,
  details jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index audit_of_account on audit_entries (account_id, id);
create trigger append_only before update or delete or truncate on audit_entries
  for each statement execute function refuse_change();

-- One try after another to tell somebody of an event.
create table deliveries (
  id text primary key default 'del_' || replace(gen_random_uuid()::text, '-', ''),
  event_id bigint not null references events,
  account_id text not null references accounts,
  channel text not null check (channel in ('webhook', 'email')),
  target text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  tries integer not null default 0,
  last_error text,
  -- Handed to the queue of e-mails in the transaction that says so here.
  queued_at timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (event_id, channel, target),
  check ((state = 'pending') = (ended_at is null))
);
create index deliveries_pending on deliveries (created_at) where state = 'pending';
create index deliveries_to_queue on deliveries (created_at) where state = 'pending' and channel = 'email' and queued_at is null;

-- In the transaction of the event, so that none is told of that did not happen and none that did is forgotten.
create function address_event() returns trigger language plpgsql as $$
begin
  if new.type in ('generation.complete', 'generation.failed') then
    insert into deliveries (event_id, account_id, channel, target)
    select new.id, new.account_id, 'webhook', g.webhook_url
    from generations g where g.id = new.generation_id and g.webhook_url is not null;
  else
    insert into deliveries (event_id, account_id, channel, target)
    select new.id, new.account_id, c.channel, c.target
    from accounts a, lateral (values ('webhook', a.alert_webhook_url), ('email', a.alert_email)) c (channel, target)
    where a.id = new.account_id and c.target is not null;
  end if;
  return null;
end $$;
create trigger address_event after insert on events for each row
  when (new.type in ('generation.complete', 'generation.failed', 'generation.late_output', 'generation.parked',
    'budget.threshold', 'budget.blocked', 'balance.low', 'credits.expired',
    'payment.paid', 'payment.refused', 'payment.refunded'))
  execute function address_event();
