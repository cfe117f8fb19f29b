import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type FileContent, readContent } from './read-content.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-content-'));
after(() => rm(folder, { recursive: true, force: true }));
const path = join(folder, 'stål mug.jpg');
await writeFile(path, 'bytes');

const fetched: (RequestInit | undefined)[] = [];
const fetch: typeof globalThis.fetch = async (input, init) => {
  fetched.push(init);
  return String(input).includes('gone.jpg')
    ? new Response('no', { status: 403 })
    : new Response('bytes', { headers: { 'content-type': 'image/jpeg' } });
};

const stream = (...chunks: string[]) => new Blob(chunks).stream() as ReadableStream<Uint8Array>;

describe('the content of an upload', () => {
  const cases: [string, FileContent, string | undefined][] = [
    ['bytes', new TextEncoder().encode('bytes'), undefined],
    ['an ArrayBuffer', new TextEncoder().encode('bytes').buffer, undefined],
    ['a Blob', new Blob(['bytes']), undefined],
    ['a File, with its name', new File(['bytes'], 'mug.jpg'), 'mug.jpg'],
    ['a stream', stream('by', 'tes'), undefined],
    ['a path, with its name', { path }, 'stål mug.jpg'],
    ['a file URL, with its name', pathToFileURL(path), 'stål mug.jpg'],
    ['a web address, with its name', new URL('https://cdn.example/a/m%C3%BCg.jpg?sig=1'), 'müg.jpg'],
  ];
  for (const [what, content, name] of cases)
    it(`may be ${what}`, async () => {
      const read = await readContent(content, { fetch });
      assert.deepEqual([await read.blob.text(), read.name], ['bytes', name]);
    });

  it('is read from the web without cookies', () => {
    assert.deepEqual(fetched, [{ credentials: 'omit' }]);
  });

  it('says which path or address could not be read', async () => {
    await assert.rejects(readContent({ path: join(folder, 'nowhere.jpg') }, { fetch }), {
      code: 'reference_not_found',
      message: /nowhere\.jpg cannot be opened/,
    });
    await assert.rejects(readContent(new URL('https://cdn.example/gone.jpg?secret=1'), { fetch }), {
      code: 'reference_unreachable',
      message: 'https://cdn.example/gone.jpg answered 403.',
    });
  });

  it('is given up beyond 50 MB, whatever its end', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(10_000_000));
      },
    });
    await assert.rejects(readContent(endless, { fetch }), { code: 'body_too_large' });
    assert.ok(sent <= 8, `${sent} chunks were read`);
  });
});
