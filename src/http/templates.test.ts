import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { openAccount } from '../../test/accounts.ts';
import { createTestApp } from '../../test/app.ts';
import { deliverNext } from '../../test/ended.ts';
import type { Bundle, BundlePage, BundleStability } from '../contract/bundle.ts';
import type { File } from '../contract/file.ts';
import type { Problem } from '../contract/problem.ts';
import type { Template, TemplatePage, TemplatePreview } from '../contract/template.ts';

const app = await createTestApp();
const { secret: key } = await openAccount(app.store);
const { secret: other } = await openAccount(app.store);
after(() => assert.deepEqual(app.unexpected, []));

const put = <T = Template & Problem>(path: string, body: object, as = key) =>
  app.json<T>('PUT', path, { key: as, body });
const get = async <T>(path: string, as = key) => (await app.json<T>('GET', path, { key: as })).body;

const picture = (colour: string) => {
  const canvas = createCanvas(320, 320);
  const context = canvas.getContext('2d');
  context.fillStyle = colour;
  context.fillRect(0, 0, 320, 320);
  return canvas.toBuffer('image/png');
};

const dataUrl = (colour: string) => `data:image/png;base64,${picture(colour).toString('base64')}`;

async function upload(colour: string): Promise<File> {
  const response = await app.call('/v1/files', {
    method: 'POST',
    key,
    body: new Uint8Array(picture(colour)),
    headers: { 'content-type': 'image/png' },
  });
  assert.equal(response.status, 201);
  return (await response.json()) as File;
}

describe('a template', () => {
  const spring = { text: '{{ name }} turns', fields: { name: { type: 'text', max: 10 }, price: 'number' } };

  it('becomes a new version only where it has changed, and keeps the old ones', async () => {
    const first = await put('/v1/templates/spring', spring);
    assert.deepEqual([first.status, first.body.version], [201, 1]);
    assert.deepEqual(
      first.body.notes.map(({ severity, code, message }) => [severity, code, message]),
      [['note', 'unused_field', 'the field "price" is never used.']],
    );
    const again = await put('/v1/templates/spring', spring);
    assert.deepEqual([again.status, again.body.version, again.body.hash], [200, 1, first.body.hash]);
    const second = await put('/v1/templates/spring', { ...spring, text: '{{ name }} stands' });
    assert.deepEqual([second.status, second.body.version], [201, 2]);
    assert.equal((await get<Template>('/v1/templates/spring?version=1')).text, '{{ name }} turns');
    assert.equal((await get<Template>('/v1/templates/spring')).text, '{{ name }} stands');
    await put('/v1/templates/autumn', { text: 'leaves fall' });
    const page = await get<TemplatePage>('/v1/templates?limit=1');
    const next = await get<TemplatePage>(`/v1/templates?limit=1&cursor=${page.next_cursor}`);
    assert.deepEqual(
      [...page.data, ...next.data].map(({ name, version }) => `${name}@${version}`),
      ['autumn@1', 'spring@2'],
    );
  });

  it('has one version more for each writer, however many write at once', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `{{ name }} number ${index}`);
    const answers = await Promise.all(texts.map((text) => put('/v1/templates/busy', { text })));
    assert.deepEqual(
      answers.map(({ body }) => body.version).toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
  });

  it('is refused with every fault where some row cannot come out right', async () => {
    const { status, body } = await put('/v1/templates/wrong', {
      text: '{{ nmae }}\n@Image12 {% for i in (1..n) %}x{% endfor %}',
      fields: { name: 'text', n: { type: 'number', min: 3, max: 1 }, day: { type: 'date', default: 'soon' } },
    });
    assert.deepEqual([status, body.code], [422, 'invalid_request']);
    assert.deepEqual(
      body.errors.map(({ pointer, message }) => [pointer, message]),
      [
        ['/text', 'line 1: there is no field "nmae". Known: name, n, day.'],
        ['/text', 'line 2: this loop has no end that can be seen: write limit: 10 behind it.'],
        ['/text', 'line 2: @Image12 does not exist: 9 of that kind are given.'],
        ['/fields/n', 'min 3 is above max 1.'],
        ['/fields/day', 'the default does not fit: "soon" is not a day such as 2026-11-28.'],
      ],
    );
    assert.equal((await put('/v1/templates/wrong', { text: '{{ name' })).status, 422);
    assert.equal((await put('/v1/templates/a%2Fb', { text: 'x' })).status, 422);
  });

  it('previews rows: prompts, and what is wrong with each of the others', async () => {
    await put('/v1/templates/preview', { text: '{{ name }} for 8 seconds', fields: spring.fields });
    const { body } = await app.json<TemplatePreview>('POST', '/v1/templates/preview/preview', {
      key,
      body: {
        rows: [
          { name: 'Mug', price: '12.50' },
          { name: 'A very long name', price: '12,50' },
          { name: '{{ name }}', price: 1 },
        ],
        duration: 5,
      },
    });
    assert.deepEqual(
      body.rows.map(({ prompt }) => prompt),
      ['Mug for 8 seconds', null, null],
    );
    assert.match(body.rows[0]?.notes[0] ?? '', /says "8 seconds"; duration, 5 s/);
    assert.deepEqual(
      body.rows[1]?.faults.map(({ field }) => field),
      ['name', 'price'],
    );
    assert.match(body.rows[2]?.faults[0]?.message ?? '', /"\{\{" is left in the text/);
  });

  it('is nobody else’s', async () => {
    await put('/v1/templates/mine', { text: 'mine' });
    assert.equal((await app.call('/v1/templates/mine', { key: other })).status, 404);
    assert.equal((await put('/v1/templates/mine', { text: 'theirs' }, other)).body.version, 1);
    assert.equal((await get<Template>('/v1/templates/mine')).text, 'mine');
  });
});

describe('a bundle', () => {
  it('has a hash of what it is, in the order it was given, by the documented formula', async () => {
    const images = [{ url: dataUrl('#a33'), role: 'style', alias: 'look' }, dataUrl('#3a3')];
    const first = await put<Bundle>('/v1/bundles/halden', { images });
    assert.deepEqual([first.status, first.body.version], [201, 1]);
    const entries = first.body.references.map((one) => [
      one.kind,
      one.sha256,
      one.role,
      one.alias,
      one.priority,
    ]);
    assert.deepEqual(entries[1]?.slice(2), [null, null, null]);
    assert.equal(first.body.hash, createHash('sha256').update(JSON.stringify(entries)).digest('hex'));
    const again = await put<Bundle>('/v1/bundles/halden', { images });
    assert.deepEqual([again.status, again.body.version], [200, 1]);
    const turned = await put<Bundle>('/v1/bundles/halden', { images: images.toReversed() });
    assert.deepEqual([turned.status, turned.body.version], [201, 2]);
    const versions = await get<BundlePage>('/v1/bundles/halden/versions');
    assert.deepEqual(
      versions.data.map(({ version }) => version),
      [2, 1],
    );
    assert.equal((await get<Bundle>('/v1/bundles/halden?version=1')).hash, first.body.hash);
    assert.equal((await app.call('/v1/bundles/halden', { key: other })).status, 404);
  });

  it('names every reference that cannot be had, and keeps nothing', async () => {
    const { status, body } = await put<Problem>('/v1/bundles/bad', {
      images: ['http://127.0.0.1:1/a.png', dataUrl('#111'), 'data:image/png;base64,aGVsbG8='],
      videos: [dataUrl('#222')],
    });
    assert.equal(status, 422);
    assert.deepEqual(
      body.errors.map(({ pointer, code }) => [pointer, code]),
      [
        ['/images/0', 'reference_forbidden_address'],
        ['/images/2', 'reference_unreadable'],
        ['/videos/0', 'reference_wrong_type'],
      ],
    );
    assert.equal((await app.call('/v1/bundles/bad', { key })).status, 404);
    assert.equal((await put('/v1/bundles/empty', { images: [] })).status, 422);
  });

  it('keeps its files from being deleted by the way', async () => {
    const file = await upload('#123');
    await put('/v1/bundles/kept', { images: [{ file_id: file.id, role: 'logo' }] });
    const { status, body } = await app.json<Problem>('DELETE', `/v1/files/${file.id}`, { key });
    assert.deepEqual([status, body.code], [409, 'invalid_state']);
    assert.match(body.detail, /part of the bundle kept@1/);
  });

  it('says how alike the videos made with it look, and which is least so', async () => {
    const style = await upload('#a33');
    await put('/v1/bundles/look', { images: [style.id] });
    const stability = () => get<BundleStability>('/v1/bundles/look/stability');
    assert.deepEqual([(await stability()).outputs, (await stability()).mean_distance], [0, null]);
    const made: string[] = [];
    for (const colour of ['#a33', '#a53030', '#33a']) {
      const { status } = await app.json('POST', '/v1/bytedance/seedance-2.0/reference-to-video', {
        key,
        body: { prompt: 'it turns', reference_images: [style.id], duration: 5, aspect_ratio: '16:9' },
      });
      assert.equal(status, 202);
      const { id } = await deliverNext(app.store, 0);
      const poster = await upload(colour);
      await app.store.query('update generations set poster_file_id = $2 where id = $1', [id, poster.id]);
      made.push(id);
    }
    const { outputs, mean_distance: mean, furthest } = await stability();
    assert.equal(outputs, 3);
    assert.ok(mean !== null && mean > 10, `the blue one is far off: ${mean}`);
    assert.equal(furthest?.generation_id, made[2]);
    const [cached] = await app.store.query<{ count: number }>('select count(*)::integer from palettes');
    assert.equal(cached?.count, 3);
    assert.deepEqual(await stability(), { ...(await stability()), outputs: 3, mean_distance: mean });
  });
});
