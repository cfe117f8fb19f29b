-- Rehearsals: batches whose videos stand in for those of another engine. They cost nothing, and are no version of anything.

alter table batches add column rehearsal boolean not null default false;

-- The newest rehearsal of each row of a workflow: what has not changed since is not rehearsed again.
create table rehearsals (
  account_id text not null,
  purse text not null,
  workflow text collate "C" not null,
  key text collate "C" not null,
  fingerprint text not null,
  -- The row that makes it; how it stands follows from that one.
  batch_id text not null,
  row_number integer not null,
  primary key (account_id, purse, workflow, key),
  foreign key (account_id, purse, batch_id, row_number) references batch_rows
);

create function refuse_rehearsed_version() returns trigger language plpgsql as $$
begin
  if exists (select from added v join batches b on b.account_id = v.account_id and b.purse = v.purse
      and b.id = v.batch_id where b.rehearsal) then
    raise exception 'a rehearsal makes no version of a record';
  end if;
  return null;
end $$;

create trigger refuse_rehearsed_version after insert on record_versions
  referencing new table as added for each statement execute function refuse_rehearsed_version();

create function refuse_paid_rehearsal() returns trigger language plpgsql as $$
begin
  if exists (select from batches b where b.account_id = new.account_id and b.purse = new.purse
      and b.id = new.batch_id and b.rehearsal) then
    raise exception 'a rehearsal is made by the embedded engine, and costs nothing';
  end if;
  return new;
end $$;

create trigger refuse_paid_rehearsal before insert or update of engine, price_credits, batch_id on generations
  for each row when (new.batch_id is not null and (new.price_credits > 0 or new.engine <> 'local'))
  execute function refuse_paid_rehearsal();
