-- Ad variants: what the codes of a workflow mean, and what came of them on the platforms.

-- Each change of a workflow's matrix. The newest is the one in use; the book of what codes mean only grows.
create table ad_matrices (
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  workflow text not null,
  number integer not null check (number > 0),
  -- Not jsonb, which would put the axes into an order of its own.
  spec json not null,
  book jsonb not null,
  made_by text not null,
  created_at timestamptz not null default now(),
  primary key (account_id, purse, workflow, number)
);

create table ad_results (
  account_id text not null references accounts,
  purse text not null check (purse in ('live', 'test')),
  workflow text not null,
  -- Who counted: a platform, or a campaign there.
  source text not null,
  -- The ad as the source names it, and the code found in that name.
  ad text not null,
  code text not null,
  -- Null: all days together. A source tells of an ad either by day or in sum.
  day date,
  impressions bigint not null check (impressions >= 0),
  clicks bigint not null check (clicks between 0 and impressions),
  conversions bigint not null check (conversions between 0 and clicks),
  -- In millionths of the currency.
  spend_micros bigint not null check (spend_micros >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  imported_by text not null,
  imported_at timestamptz not null default now(),
  unique nulls not distinct (account_id, purse, workflow, source, ad, day)
);

-- What results were before they were replaced or taken back.
create table ad_result_history (
  like ad_results,
  replaced_at timestamptz not null default now()
);
create index ad_result_history_of on ad_result_history (account_id, purse, workflow, replaced_at);

create function keep_ad_result() returns trigger language plpgsql as $$
begin
  insert into ad_result_history select old.*, now();
  return null;
end $$;

create trigger keep_ad_result after update or delete on ad_results
  for each row execute function keep_ad_result();
