-- Templates and bundles: named, in versions that never change.

create table templates (
  account_id text not null references accounts,
  name text not null,
  version integer not null check (version >= 1),
  -- Liquid.
  text text not null,
  -- Typed fields by name; null: whatever columns a row has.
  fields jsonb,
  description text,
  -- SHA-256 of text and fields.
  hash text not null,
  created_at timestamptz not null default kinora_now(),
  primary key (account_id, name, version)
);

create table bundles (
  account_id text not null references accounts,
  name text not null,
  version integer not null check (version >= 1),
  description text,
  -- SHA-256 of what its references are, in order: see src/domain/bundle.ts.
  hash text not null,
  created_at timestamptz not null default kinora_now(),
  primary key (account_id, name, version)
);

create table bundle_references (
  account_id text not null,
  name text not null,
  version integer not null,
  -- In order, images, videos and audio alike; counted from 1.
  position integer not null check (position >= 1),
  kind text not null check (kind in ('image', 'video', 'audio')),
  -- The bytes, as long as they may be kept; null once the file is gone, which the hash outlives.
  file_id text references files on delete set null,
  sha256 text not null,
  role text,
  alias text,
  priority integer,
  -- Where it was fetched from, if from somewhere.
  source_url text,
  primary key (account_id, name, version, position),
  foreign key (account_id, name, version) references bundles on delete cascade
);
create index bundle_references_of_file on bundle_references (file_id) where file_id is not null;

-- What a picture's main colours are, measured once. Goes with the picture.
create table palettes (
  sha256 text primary key references blobs on delete cascade,
  swatches jsonb not null
);
