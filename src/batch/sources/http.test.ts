import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, describe, it } from 'node:test';
import { openSource, sourceSpecSchema } from './index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(): Promise<{ origin: string; asked: IncomingMessage[]; answer: { by: Answer } }> {
  const asked: IncomingMessage[] = [];
  const answer: { by: Answer } = { by: (_, response) => response.end('[]') };
  const server = createServer((request, response) => {
    asked.push(request);
    answer.by(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answer };
}

const shop = await serve();
const other = await serve();
const slept: number[] = [];
beforeEach(() => {
  shop.asked.length = 0;
  other.asked.length = 0;
  slept.length = 0;
});

async function keys(fields: object): Promise<string[]> {
  const source = openSource(
    sourceSpecSchema.parse({ key: 'sku', url: `${shop.origin}/products`, ...fields }),
    {
      folder: undefined,
      env: (name) => (name === 'SHOP_TOKEN' ? 'geheim' : undefined),
      fetch,
      sleep: async (ms) => void slept.push(ms),
    },
  );
  const found: string[] = [];
  for await (const record of source.rows(AbortSignal.timeout(10_000)))
    found.push('values' in record ? record.key : `${record.place}: ${record.fault}`);
  return found;
}

const json = (response: ServerResponse, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const query = (request: IncomingMessage) => new URL(request.url ?? '', shop.origin).searchParams;
const items = (...skus: string[]) => skus.map((sku) => ({ sku }));
const paths = () => shop.asked.map(({ url }) => url);

describe('JSON over HTTP', () => {
  it('follows the address of the next page, relative or whole', async () => {
    shop.answer.by = (request, response) => {
      const page = Number(query(request).get('p') ?? 1);
      const next = [undefined, '?p=2', `${shop.origin}/products?p=3`, null][page];
      json(response, { data: { list: items(`A-${page}`) }, paging: { next } });
    };
    assert.deepEqual(await keys({ items: 'data.list', next: 'paging.next' }), ['A-1', 'A-2', 'A-3']);
  });

  it('follows the Link header', async () => {
    shop.answer.by = (request, response) =>
      query(request).has('cursor')
        ? json(response, items('B'))
        : json(response, items('A'), {
            link: `<${shop.origin}/products?a=1>; rel="previous", <${shop.origin}/products?cursor=x,y>; rel="next"`,
          });
    assert.deepEqual(await keys({ next: 'link-header' }), ['A', 'B']);
    assert.deepEqual(paths(), ['/products', '/products?cursor=x,y']);
  });

  it('counts pages until one is empty, and carries cursors on', async () => {
    shop.answer.by = (request, response) => {
      const page = Number(query(request).get('seite'));
      json(response, page < 2 ? items(`A-${page}`) : []);
    };
    assert.deepEqual(
      await keys({ url: `${shop.origin}/products?per=1`, page: { parameter: 'seite', first: 0 } }),
      ['A-0', 'A-1'],
    );
    assert.deepEqual(paths(), [
      '/products?per=1&seite=0',
      '/products?per=1&seite=1',
      '/products?per=1&seite=2',
    ]);
    shop.answer.by = (request, response) =>
      json(
        response,
        query(request).get('after') === '7' ? { list: items('B'), end: '' } : { list: items('A'), end: 7 },
      );
    assert.deepEqual(await keys({ items: 'list', cursor: { parameter: 'after', path: 'end' } }), ['A', 'B']);
  });

  it('asks again where that may help, after pauses that grow or are asked for', async () => {
    let count = 0;
    shop.answer.by = (_, response) => {
      count += 1;
      if (count === 1) response.writeHead(503).end();
      else if (count === 2) response.writeHead(429, { 'retry-after': '7' }).end();
      else if (count === 3) response.destroy();
      else json(response, items('A'));
    };
    assert.deepEqual(await keys({}), ['A']);
    assert.deepEqual(slept, [500, 7_000, 8_000]);
    shop.answer.by = (_, response) => response.writeHead(500).end();
    await assert.rejects(keys({}), { code: 'unavailable', message: /answered 500/ });
    shop.asked.length = 0;
    shop.answer.by = (_, response) => response.writeHead(404).end();
    await assert.rejects(keys({}), { code: 'invalid_request', message: /products answered 404/ });
    assert.equal(shop.asked.length, 1, 'what is not there is asked for once');
  });

  it('sends headers from the environment to the origin of its address, and nowhere else', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a user writes.
    const headers = { Authorization: 'Bearer ${SHOP_TOKEN}' };
    shop.answer.by = (_, response) => response.writeHead(302, { location: `${other.origin}/moved` }).end();
    other.answer.by = (_, response) => json(response, { list: items('A'), next: `${shop.origin}/last` });
    let last: string | undefined;
    const redirect = shop.answer.by;
    shop.answer.by = (request, response) => {
      if (request.url !== '/last') return redirect(request, response);
      last = request.headers.authorization;
      json(response, { list: items('B') });
    };
    assert.deepEqual(await keys({ headers, items: 'list', next: 'next' }), ['A', 'B']);
    assert.equal(shop.asked[0]?.headers.authorization, 'Bearer geheim');
    assert.equal(other.asked[0]?.headers.authorization, undefined);
    assert.equal(last, 'Bearer geheim');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a user writes.
    await assert.rejects(keys({ headers: { 'X-Key': '${NOWHERE}' } }), { message: /NOWHERE is not set/ });
  });

  it('stops at pages that lead in a circle, at too many, and at what is no list', async () => {
    shop.answer.by = (_, response) => json(response, { list: [], next: '/products' });
    await assert.rejects(keys({ items: 'list', next: 'next' }), { message: /Page 2 of .* was read already/ });
    let count = 0;
    shop.answer.by = (_, response) => json(response, { list: [], next: `/products?${++count}` });
    await assert.rejects(keys({ items: 'list', next: 'next', max_pages: 5 }), {
      message: /more than 5 pages/,
    });
    shop.answer.by = (_, response) => json(response, { list: {} });
    await assert.rejects(keys({ items: 'list' }), { message: /has no list at "list"/ });
    shop.answer.by = (_, response) => response.end('<html>');
    await assert.rejects(keys({}), { message: /did not answer with JSON/ });
    shop.answer.by = (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await assert.rejects(keys({}), { message: /no http\(s\) URL/ });
    shop.answer.by = (request, response) => response.writeHead(302, { location: `${request.url}x` }).end();
    await assert.rejects(keys({}), { message: /one redirect too many/ });
  });

  it('tells items that are no objects by page and place', async () => {
    shop.answer.by = (_, response) => json(response, [{ sku: 'A' }, 7]);
    assert.deepEqual(await keys({}), ['A', 'page 1, item 2: it is not an object. Write {"sku": "A-1", …}.']);
  });
});
