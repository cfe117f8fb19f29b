import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMarkdown } from './render-markdown.ts';

const html = (markdown: string) => renderMarkdown(markdown, (href) => href).html;

test('markup inside Markdown is shown, never run', () => {
  for (const hostile of [
    '<script>alert(1)</script>',
    'text <img src=x onerror=alert(1)> more',
    '<iframe src="https://evil.example"></iframe>',
    '`<b>` and <b onclick="x()">bold</b>',
    '| a |\n|---|\n| <svg onload=alert(1)> |',
    '```sh\n<script>alert(1)</script>\n```',
    '```no-such-language\n<script>\n```',
    '# <script>alert(1)</script>',
    '<!-- a --><script>alert(1)</script><!-- b -->',
  ])
    assert.doesNotMatch(html(hostile), /<(?:script|img|iframe|svg|b)\b/i, hostile);
});

test('an address that could run something is no link', () => {
  for (const hostile of [
    '[x](javascript:alert(1))',
    '[x](JavaScript:alert(1))',
    '[x](<java\tscript:alert(1)>)',
    '[x](<\u0001javascript:alert(1)>)',
    '[x](&#106;avascript:alert(1))',
    '[x](data:text/html,hello)',
    '[x](vbscript:x)',
    '![x](javascript:alert(1))',
    '<javascript:alert(1)>',
  ])
    assert.doesNotMatch(html(hostile), /(?:href|src)="(?!&amp;#106;)/, hostile);
});

test('quotes in an address or a title stay inside it', () => {
  const link = html('[x](https://a.example/"onmouseover="x "a\\"b\'c")');
  assert.doesNotMatch(link, /\sonmouseover=/);
  assert.doesNotMatch(html('![a" onerror="x](https://a.example/x.png)'), /\sonerror="/);
});

test('comments are left out, and nothing with them', () => {
  assert.equal(html('before\n\n<!-- run -->\n\nafter').replace(/\s/g, ''), '<p>before</p><p>after</p>');
});

test('headings get the ids that GitHub gives them', () => {
  const { headings } = renderMarkdown(
    '# A `code` & more\n\n## What to do\n\n## What to do\n',
    () => undefined,
  );
  assert.deepEqual(
    headings.map(({ id, depth }) => [id, depth]),
    [
      ['a-code--more', 1],
      ['what-to-do', 2],
      ['what-to-do-1', 2],
    ],
  );
});

test('a link that leads nowhere keeps its words', () => {
  const { html: shown } = renderMarkdown('see [the code](../src/main.ts) here', () => undefined);
  assert.equal(shown.trim(), '<p>see the code here</p>');
});

test('code is coloured, tables can be scrolled, pages of elsewhere learn nothing of ours', () => {
  assert.match(html('```sh\ncurl -s x # y\n```'), /<span class="comment"># y<\/span>/);
  assert.match(html('| a |\n|---|\n| b |'), /<div class="table" tabindex="0"><table>/);
  assert.match(html('[x](https://a.example)'), /rel="noopener noreferrer"/);
});
