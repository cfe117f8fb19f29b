-- Uploads on their way with a token, each with a place until it has become a file or its time is over: the place of one
-- whose process has died is another's then.
create table upload_places (
  id text primary key,
  upload_token_id text not null references upload_tokens on delete cascade,
  ends_at timestamptz not null
);
create index upload_places_of_token on upload_places (upload_token_id);

-- From here on `taken` counts the files that came of a token. What was on its way has ended with its process.
update upload_tokens t set taken = least(max_files, (select count(*) from files f where f.upload_token_id = t.id))
where expires_at > now();
