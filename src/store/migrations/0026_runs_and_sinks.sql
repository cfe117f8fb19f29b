-- Runs that rehearse, that keep what a person has changed, and that hold no place while somebody has paused their batch;
-- sinks that are told each thing under a name of its own, and also when nothing is shown any more.

alter table runs
  -- It makes drafts on the embedded engine, free and of no record.
  add column rehearse boolean not null default false,
  -- What a person should know of it, beside why it is not done.
  add column notes jsonb not null default '[]',
  -- Paused batches that it has put its work aside for: nobody takes it up before they go on.
  add column waits_for text[] not null default '{}';

-- A rehearsal does not do what a run would.
drop index runs_one_waits;
create unique index runs_one_waits on runs (account_id, purse, workflow, cause, rehearse) where state = 'queued';

alter table schedules add column rehearse boolean not null default false;

alter table workflows
  -- What the last run by the server has set of what the definition says of the workflow as a whole: where that says the
  -- same again, a person's change since then stands.
  add column applied jsonb;

alter table sink_marks
  -- How often it was told of the record.
  add column tellings integer not null default 1 check (tellings > 0),
  -- Both null where it was told that nothing is shown.
  alter column version drop not null,
  alter column video_url drop not null,
  add check ((version is null) = (video_url is null));
