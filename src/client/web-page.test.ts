import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refuseInPage } from './web-page.ts';

describe('a key', () => {
  const document = {};
  const pages = {
    'a web page': { document, window: { document } },
    'a worker of a page': { DedicatedWorkerGlobalScope: class {} },
    'a page whose bundler brings a process': { document, window: { document }, process: {} },
  };
  for (const [where, surroundings] of Object.entries(pages))
    it(`is refused in ${where}`, () =>
      assert.throws(() => refuseInPage(surroundings), { code: 'key_in_page', hint: /uploadTokens/ }));

  const others = {
    Node: { process: { versions: { node: '24.0.0' } } },
    'Node with a simulated DOM': {
      document,
      window: { document },
      process: { versions: { node: '24.0.0' } },
    },
    'a worker of Deno': { Deno: {}, DedicatedWorkerGlobalScope: class {} },
    'an edge worker': {},
  };
  for (const [where, surroundings] of Object.entries(others))
    it(`is taken in ${where}`, () => refuseInPage(surroundings));
});
