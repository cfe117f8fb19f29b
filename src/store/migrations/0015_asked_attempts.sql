-- When a provider was asked first for an attempt. Until then nobody knows of it, whatever becomes of its worker.
alter table attempts add column asked_at timestamptz;
update attempts set asked_at = started_at;
