import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../../../domain/plan.ts';
import { createMedia } from '../../../media/create-media.ts';
import { type AssetCache, openAssetCache } from '../cache/asset-cache.ts';
import type { RemovalPlugIn } from './removal-plug-in.ts';
import { type Understanding, understand } from './understand.ts';

const media = createMedia();
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../test/fixtures/local/${name}`, import.meta.url));

let home = '';
let untidy = '';
let outline = new Uint8Array();
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'kinora-freed-'));
  untidy = join(home, 'untidy.png');
  const mug = await media.decodeImage(fixture('mug.jpg'), { maxSide: 512 });
  const mask = await media.decodeImage(fixture('mug-mask.png'), { maxSide: 512 });
  outline = Uint8Array.from({ length: mug.width * mug.height }, (_, at) => mask.data[at * 4] ?? 0);
  const data = Buffer.from(mug.data);
  for (let at = 0; at < outline.length; at++) {
    const share = (outline[at] ?? 0) / 255;
    const tile = (Math.floor(at / mug.width / 32) + Math.floor((at % mug.width) / 32)) % 2;
    for (const [channel, ground] of (tile === 0 ? [190, 60, 50] : [70, 130, 60]).entries())
      data[at * 4 + channel] = Math.round(share * (mug.data[at * 4 + channel] ?? 0) + (1 - share) * ground);
  }
  await media.encodeStill({ ...mug, data }, { path: untidy, quality: 95 });
});
after(() => rm(home, { recursive: true, force: true }));

type Named = Pick<RemovalPlugIn, 'alphaOf'> & Partial<RemovalPlugIn>;

/** One photo as a film with this remover understands it; also how often the remover was asked. */
async function seen(
  options: { path?: string; role?: 'product' | 'scene'; cache?: AssetCache },
  removal: Named | undefined,
): Promise<Understanding & { asked: number }> {
  const { path = untidy, role = 'product', cache } = options;
  const facts = { kind: 'image', contentType: 'image/jpeg', width: 512, height: 512 } as const;
  const plan: Plan = {
    ...{ engine: 'local', model: 'kinora-studio-1', endpoint: 'reference-to-video', prompt: 'The mug' },
    references: [{ kind: 'image', position: 1, role, sha256: '', facts }],
    ...{ durationSeconds: 4, aspectRatio: '1:1', width: 720, height: 720, seed: 1, generateAudio: false },
    adjustments: [],
  };
  let asked = 0;
  const understanding = await understand({
    plan,
    references: [{ path, facts }],
    media,
    cache,
    removal: removal && {
      name: 'stand-in 1',
      ...removal,
      alphaOf(photo) {
        asked++;
        return removal.alphaOf(photo);
      },
    },
    signal: new AbortController().signal,
    onFraction: () => undefined,
  });
  return { ...understanding, asked };
}

const right: Named = { alphaOf: async () => outline };
const codes = ({ notes }: Understanding) => notes.map(({ code }) => code);
const messages = ({ notes }: Understanding) => notes.map(({ message }) => message).join('\n');

async function newCache(): Promise<AssetCache> {
  const folder = await mkdtemp(join(home, 'assets-'));
  const staging = join(folder, 'staging');
  await mkdir(staging);
  return openAssetCache({ folder, staging, decoder: '' });
}

test('frees a product from an untidy ground with the outline it is given, and says whose it is', async () => {
  const without = await seen({}, undefined);
  assert.equal(without.pictures[0]?.subject, undefined);
  assert.ok(codes(without).includes('matte_uncertain'));
  const freed = await seen({}, right);
  assert.ok(codes(freed).includes('matte_plug_in'));
  assert.match(messages(freed), /its outline comes from stand-in 1/);
  const { data } = freed.pictures[0]?.subject?.cutOut ?? assert.fail('nothing was freed');
  let both = 0;
  let either = 0;
  for (const [at, value] of outline.entries()) {
    const [given, got] = [value > 127, (data[at * 4 + 3] ?? 0) > 127];
    if (given && got) both++;
    if (given || got) either++;
  }
  assert.ok(both / either > 0.98, `they overlap by ${both / either}`);
});

test('is asked for nothing that Kinora can cut out, or that is shown whole anyway', async () => {
  assert.equal((await seen({ path: fixture('mug.jpg') }, right)).asked, 0);
  assert.equal((await seen({ role: 'scene' }, right)).asked, 0);
});

test('is asked once for a photo, and anew in another version', async () => {
  const cache = await newCache();
  assert.equal((await seen({ cache }, right)).asked, 1);
  const again = await seen({ cache }, right);
  assert.equal(again.asked, 0);
  assert.ok(codes(again).includes('matte_plug_in'), 'the note is there for the second film, too');
  assert.equal((await seen({ cache }, { ...right, name: 'stand-in 2' })).asked, 1);
  assert.equal((await seen({ cache }, undefined)).pictures[0]?.subject, undefined);
});

test('takes no answer that leaves much undecided, nearly everything or nearly nothing', async () => {
  for (const [name, alphaAt] of Object.entries<(value: number, at: number) => number>({
    everything: () => 255,
    nothing: () => 0,
    'a haze around it': (value, at) => (value > 127 ? 255 : at % 3 === 0 ? 90 : 0),
  })) {
    const given = await seen({}, { alphaOf: async () => outline.map(alphaAt) });
    assert.equal(given.pictures[0]?.subject, undefined, name);
    assert.match(
      messages(given),
      /could not be cut out cleanly, nor by stand-in 1, so it is shown as a framed/,
    );
  }
});

test('costs no film where it breaks down: the photo is framed, a note says why, and the next film asks again', async () => {
  const cache = await newCache();
  const broken = await seen({ cache }, { alphaOf: () => Promise.reject(new Error('out of memory')) });
  assert.equal(broken.pictures[0]?.role, 'product');
  assert.match(messages(broken), /and stand-in 1 broke down \(out of memory\)/);
  assert.equal((await seen({ cache }, right)).asked, 1);
});
