-- What a web page uploads with: it can do nothing else, for a short time.
create table upload_tokens (
  id text primary key,
  account_id text not null references accounts,
  -- Who made it. It ends with its key.
  key_id text not null references keys,
  -- The secret itself is only kept as SHA-256, as that of a key is.
  secret_hash bytea not null unique,
  kinds text[] not null check (cardinality(kinds) > 0 and kinds <@ array['image', 'video', 'audio']),
  -- Of each file.
  max_bytes bigint not null check (max_bytes > 0),
  max_files integer not null check (max_files between 1 and 100),
  -- Places that are taken: by files, and by uploads on their way.
  taken integer not null default 0 check (taken between 0 and max_files),
  -- Uploads that were begun, whatever became of them.
  tries integer not null default 0 check (tries >= 0),
  -- Scheme, host and port of the only pages that may use it; null: any.
  origin text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index upload_tokens_of_account on upload_tokens (account_id, expires_at);

alter table files add column upload_token_id text references upload_tokens on delete set null;
create index files_of_upload_token on files (upload_token_id) where upload_token_id is not null;
