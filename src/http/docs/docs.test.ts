import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../../test/app.ts';
import type { Problem } from '../../contract/problem.ts';
import { errorCodes } from '../../domain/errors.ts';
import { failureCodes } from '../../domain/generation.ts';
import { priceBooks } from '../../domain/price-book.ts';
import { docsFolder } from './docs-folder.ts';
import { loadDocs } from './pages.ts';
import { sections } from './sections.ts';

const app = await createTestApp();
const { key } = await signUp(app);
const docs = await loadDocs();

const read = async (path: string) => {
  const response = await app.call(path);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

/** Every address in the markup that a browser loads or follows. */
const addresses = (html: string) =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((match) => match[1] ?? '');

/** What a browser makes of an address on a page. */
const from = (path: string, address: string) => new URL(address, `http://localhost${path}`);

test('every page is served without a key, loads nothing from elsewhere, and all its links lead somewhere', async () => {
  const paths = ['/docs', '/docs/guides', ...docs.byPath.keys()];
  assert.ok(paths.length > 50, `${paths.length} pages`);
  const followed = new Map<string, string>();
  for (const path of paths) {
    const { status, headers, text } = await read(path);
    assert.equal(status, 200, path);
    assert.match(headers.get('content-type') ?? '', /^text\/html/);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; /, path);
    assert.doesNotMatch(policy, /\*|https:|unsafe-eval/, path);
    for (const [, loaded = ''] of text.matchAll(
      /<(?:script|img|iframe|link)\b[^>]*?\s(?:src|href)="([^"]*)"/g,
    ))
      assert.equal(from(path, loaded).origin, 'http://localhost', `${path} loads ${loaded}`);
    for (const address of addresses(text)) {
      assert.doesNotMatch(address, /^\//, `${path}: ${address} breaks below a path of a proxy`);
      const url = from(path, address);
      if (url.origin === 'http://localhost') followed.set(`${url.pathname}${url.search}`, path);
    }
  }
  for (const [target, path] of followed)
    assert.equal((await read(target)).status, 200, `${path} links to ${target}`);
});

test('a page shows no script, style or frame of its own inside', async () => {
  for (const path of docs.byPath.keys()) {
    const { text } = await read(path);
    assert.doesNotMatch(text, /<script>|<style|<iframe|\son\w+="|\sstyle="/, path);
  }
});

test('links between pages name files that exist, or that the navigation has a place for', async () => {
  const expected = new Set(sections.flatMap(({ pages }) => Object.keys(pages)));
  for (const { file, markdown } of docs.byFile.values()) {
    if (file.startsWith('errors/')) continue;
    for (const [, target = ''] of markdown
      .replace(/^```[\s\S]*?^```/gm, '')
      .matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^(?:[a-z]+:|\/docs$)/.test(target)) continue;
      const path = join(dirname(file), target);
      if (docs.byFile.has(path) || expected.has(path)) continue;
      await stat(join(docsFolder, path)).catch(() => assert.fail(`${file} links to ${target}`));
    }
  }
});

test('hash links lead to a heading of their page', async () => {
  const ids = new Map<string, Set<string>>();
  for (const path of docs.byPath.keys()) {
    const { text } = await read(path);
    ids.set(path, new Set([...text.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1] ?? '')));
  }
  for (const path of docs.byPath.keys())
    for (const address of addresses((await read(path)).text)) {
      const url = from(path, address);
      if (url.origin !== 'http://localhost' || url.hash === '') continue;
      const heading = decodeURIComponent(url.hash.slice(1));
      assert.ok(ids.get(url.pathname)?.has(heading), `${path} links to ${address}`);
    }
});

test('every code of an error and of a failure has a page of its own', async () => {
  const codes = [...errorCodes, ...failureCodes];
  assert.equal(new Set(codes).size, codes.length, 'a code names one thing');
  const { text: list } = await read('/docs/guides/errors');
  for (const code of codes) {
    const { status, text } = await read(`/docs/errors/${code}`);
    assert.equal(status, 200, code);
    assert.match(text, /What to do/, code);
    assert.ok(list.includes(`/errors/${code}"`), `the list of errors leaves out ${code}`);
  }
  assert.equal((await read('/docs/errors/no_such_code')).status, 404);
});

test('an error says where its code is explained', async () => {
  const refused = await app.json<Problem>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key,
    body: { prompt: 'a mug', duration: 99, aspect_ratio: '16:9' },
  });
  assert.equal(refused.body.code, 'invalid_duration');
  assert.equal(refused.body.doc_url, 'http://localhost/docs/errors/invalid_duration');
  assert.equal((await read(new URL(refused.body.doc_url).pathname)).status, 200);
});

test('every page can be had as Markdown', async () => {
  for (const [path, { markdown }] of docs.byPath) {
    const { status, headers, text } = await read(`${path}.md`);
    assert.equal(status, 200, path);
    assert.equal(headers.get('content-type'), 'text/markdown; charset=utf-8');
    assert.equal(text, markdown);
  }
});

test('llms.txt is in the form of llmstxt.org, and all it links to is there', async () => {
  const { text } = await read('/llms.txt');
  const lines = text.split('\n');
  assert.equal(lines.filter((line) => line.startsWith('# ')).length, 1);
  assert.equal(lines[0], '# Kinora');
  assert.match(lines[2] ?? '', /^> /);
  const items = lines.slice(lines.findIndex((line) => line.startsWith('## '))).filter((line) => line !== '');
  for (const line of items) assert.match(line, /^(?:## .+|- \[[^\]]+\]\(http:\/\/localhost\/[^)]+\): .+)$/);
  const links = [...text.matchAll(/\]\((http:[^)]+)\)/g)].map((match) => match[1] ?? '');
  assert.ok(links.length > 50, `${links.length} links`);
  for (const link of links)
    assert.equal((await read(link.replace('http://localhost', ''))).status, 200, link);
  const { text: full } = await read('/llms-full.txt');
  for (const page of docs.byFile.values()) assert.ok(full.includes(page.markdown.trim()), page.file);
});

test('what is not a page of the documentation is not served', async () => {
  for (const path of [
    '/docs/guides/no-such-page',
    '/docs/guides/decisions/2026-11-22-plain-sql',
    '/docs/guides/..%2f..%2fpackage.json',
    '/docs/guides/%2e%2e/%2e%2e/package.json',
    '/docs/guides/../package.json',
    '/docs/assets/..%2fdocs.css',
    '/docs/assets/constructor',
    '/docs/guides/no-such-picture.jpg',
  ])
    assert.equal((await read(path)).status, 404, path);
  assert.equal((await read('/docs/guides/gallery.jpg')).headers.get('content-type'), 'image/jpeg');
});

test('assets may be kept for good under the address that holds their hash', async () => {
  const { text } = await read('/docs/guides');
  const style = /href="([^"]*docs\.css[^"]*)"/.exec(text)?.[1] ?? '';
  const { pathname, search } = from('/docs/guides', style);
  const kept = await app.call(`${pathname}${search}`);
  assert.match(kept.headers.get('cache-control') ?? '', /immutable/);
  const again = await app.call(pathname, { headers: { 'if-none-match': kept.headers.get('etag') ?? '' } });
  assert.equal(again.status, 304);
  assert.doesNotMatch(again.headers.get('cache-control') ?? '', /immutable/);
});

test('the guide to prices shows the published book', () => {
  const guide = docs.byFile.get('guides/prices.md')?.markdown ?? '';
  for (const [seconds, { credits, usdCents }] of priceBooks.published.rows) {
    const row = `| ${seconds} s | ${credits} | $${(usdCents / 100).toFixed(2)} |`;
    assert.ok(guide.includes(row), row);
  }
});
