-- What was found when a finished video was looked at.
alter table generations add column checks jsonb not null default '[]';
