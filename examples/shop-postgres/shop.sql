-- The product table of a small shop. Photos are those of examples/halden, by paths below the folder that the workflow names; URLs
-- would do as well. Running it again puts nothing back that you have changed.
create table if not exists product (
  sku text primary key,
  name text not null,
  tagline text,
  photos text[] not null,
  active boolean not null default true,
  -- Written by Kinora: the address that the product page shows. It stays the same when the video is made anew.
  video_url text,
  poster_url text,
  video_seconds numeric,
  video_version int
);

insert into product (sku, name, tagline, photos) values
  ('MUG-01', 'Fjell stoneware mug', 'Hand-glazed stoneware for slow mornings.',
    '{MUG-01/1.jpg,MUG-01/2.jpg,MUG-01/3.jpg}'),
  ('PERF-02', 'Ambre eau de parfum 50 ml', 'Warm amber, cedar and a trace of smoke.',
    '{PERF-02/1.jpg,PERF-02/2.jpg,PERF-02/3.jpg}'),
  ('BOTL-03', 'Stål insulated bottle 500 ml', 'Cold for 24 hours, hot for 12.',
    '{BOTL-03/1.jpg,BOTL-03/2.jpg,BOTL-03/3.jpg}'),
  ('LAMP-04', 'Kveld desk lamp', 'Warm light that follows the evening.',
    '{LAMP-04/1.jpg,LAMP-04/2.jpg,LAMP-04/3.jpg}'),
  ('HEAD-05', 'Ro over-ear headphones', 'Quiet, wherever you are.',
    '{HEAD-05/1.jpg,HEAD-05/2.jpg,HEAD-05/3.jpg}'),
  ('CNDL-06', 'Fig & Cedar scented candle', null,
    '{CNDL-06/1.jpg,CNDL-06/2.jpg,CNDL-06/3.jpg}')
on conflict (sku) do nothing;
