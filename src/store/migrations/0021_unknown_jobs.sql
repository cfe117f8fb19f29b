-- How often in a row a provider has said that it does not know a job; `tries` counts the looks that were in vain, whatever the
-- reason, and only lengthens the pauses.
alter table attempts add column unknown_times integer not null default 0;

-- Where a feed that is read since a time begins.
create index events_by_time on events (account_id, created_at);
