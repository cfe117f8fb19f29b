import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contactSheet, escapeHtml } from './contact-sheet.ts';
import { fileNames } from './file-names.ts';
import { type Result, resultLine, resultsHead } from './results.ts';

const result = (change: Partial<Result> = {}): Result => ({
  key: 'A-1',
  title: 'Fjell mug',
  prompt: 'Fjell mug turns',
  status: 'complete',
  generation_id: 'gen_1',
  seconds: 5,
  width: 1280,
  height: 720,
  bytes: 1_234_567,
  credits: 303,
  path: 'videos/A-1.mp4',
  poster: 'posters/A-1.jpg',
  error: null,
  ...change,
});

describe('results.csv', () => {
  it('has a line for each row', () => {
    assert.equal(
      [
        resultsHead,
        resultLine(result()),
        resultLine(
          result({ key: 'B', status: 'failed', seconds: null, path: null, error: 'said "no", twice' }),
        ),
      ].join(''),
      'key,status,generation_id,seconds,width,height,bytes,credits,path,error\n' +
        'A-1,complete,gen_1,5,1280,720,1234567,303,videos/A-1.mp4,\n' +
        'B,failed,gen_1,,1280,720,1234567,303,,"said ""no"", twice"\n',
    );
  });

  for (const sign of ['=', '+', '-', '@', '\t', '\r'])
    it(`does not let a spreadsheet run a cell that begins with ${JSON.stringify(sign)}`, () => {
      assert.match(resultLine(result({ key: `${sign}1+1` })), /^"?'/);
    });
});

describe('the contact sheet', () => {
  const sheet = (results: Result[], posters = new Map<string, string>()) =>
    contactSheet({ workflow: 'shop', aspectRatio: '9:16', madeAt: 'today', results, posters });

  const evil = `"><script>alert('1')</script>&`;

  it('shows every text as text', () => {
    const page = sheet([
      result({ key: evil, title: evil, prompt: evil }),
      result({ key: 'B', status: 'failed', error: evil }),
    ]);
    assert.equal(page.match(/<script>/g)?.length, 1, 'only its own script');
    assert.ok(!page.includes(evil));
    assert.ok(page.includes(escapeHtml(evil)));
    assert.equal(escapeHtml(evil), '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;');
  });

  it('links videos relatively, whatever their names, and holds their stills', () => {
    const posters = new Map([['A-1', 'data:image/jpeg;base64,AAAA']]);
    const page = sheet([result({ path: 'videos/A #1?%.mp4' })], posters);
    assert.ok(page.includes('src="videos/A%20%231%3F%25.mp4"'));
    assert.ok(page.includes('poster="data:image/jpeg;base64,AAAA"'));
  });

  it('does not break on a name with half a character', () => {
    assert.ok(sheet([result({ path: 'videos/\ud842.mp4' })]).includes('src="videos/%EF%BF%BD.mp4"'));
  });

  it('needs nothing from anywhere else', () => {
    assert.doesNotMatch(sheet([result()]), /https?:|\/\/|@import|url\(/);
  });

  it('says what was made and what is missing', () => {
    const page = sheet([result(), result({ key: 'B', status: 'unfinished', path: null })]);
    assert.match(page, /1 video {2}· {2}1 missing {2}· {2}5 s {2}· {2}303 credits {2}· {2}today/);
    assert.match(page, /Not finished yet/);
    assert.match(page, /--ratio: 9 \/ 16/);
  });
});

describe('the file names of keys', () => {
  for (const [keys, names] of [
    [
      ['A-1', 'b_2', 'Stål'],
      [/^A-1$/, /^b_2$/, /^Stål$/],
    ],
    [
      ['a/b', '../up', '.hidden', 'con', 'end.'],
      [
        /^a_b-[0-9a-f]{8}$/,
        /^up-[0-9a-f]{8}$/,
        /^hidden-[0-9a-f]{8}$/,
        /^con-[0-9a-f]{8}$/,
        /^end\.-[0-9a-f]{8}$/,
      ],
    ],
    [
      ['mug', 'MUG'],
      [/^mug-[0-9a-f]{8}$/, /^MUG-[0-9a-f]{8}$/],
    ],
    [['x'.repeat(150)], [/^x{80}-[0-9a-f]{8}$/]],
  ] as const)
    it(`of ${keys.map((key) => key.slice(0, 12)).join(', ')} are safe`, () => {
      const made = [...fileNames(keys).values()];
      for (const [index, name] of made.entries()) assert.match(name, names[index] ?? /never/);
    });

  it('have room in a file system in any script, and hold whole characters', () => {
    const keys = ['日'.repeat(90), '𠮷'.repeat(70), 'é'.repeat(100)];
    for (const name of fileNames(keys).values()) {
      assert.ok(Buffer.byteLength(`${name}.mp4.1234567.part`) < 200, name);
      assert.ok(name.isWellFormed(), name);
    }
  });

  it('are unlike each other, even where case does not count', () => {
    const keys = ['a/b', 'a_b', 'A_B', 'a b', 'a  b', 'a_b-1'];
    const names = [...fileNames(keys).values()].map((name) => name.toLowerCase());
    assert.equal(new Set(names).size, keys.length);
  });
});
