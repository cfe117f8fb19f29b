import { html, raw } from 'hono/html';
import { type AssetName, assetPath } from './assets.ts';
import type { Page, Section } from './pages.ts';
import type { Heading } from './render-markdown.ts';
import { wayFrom } from './resolve-link.ts';

/** What surrounds every page of the documentation. */
export function pageLayout(options: {
  path: string;
  title: string;
  description: string;
  sections: readonly Section[];
  /** Of the page, for the list beside it. */
  headings: readonly Heading[];
  /** Already safe. */
  body: string;
  /** The same page as Markdown, if there is one. */
  markdownPath: string | undefined;
}) {
  const { path, title, description, sections, headings, body, markdownPath } = options;
  const to = (target: string) => wayFrom(path, target);
  const load = loaderOf(path);
  const inside = headings.filter(({ depth }) => depth === 2 || depth === 3);
  const pages = sections.flatMap((section) => section.pages);
  const place = pages.findIndex((page) => page.path === path);
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title === 'Kinora' ? title : `${title} · Kinora`}</title>
    <meta name="description" content="${description}">
    <link rel="icon" href="${load('mark.svg')}" type="image/svg+xml">
    <link rel="stylesheet" href="${load('docs.css')}">
    <script src="${load('docs.js')}"></script>
  </head>
  <body>
    <a class="skip" href="#content">Skip to the text</a>
    ${topBar({ path, here: 'guides' })}
    <div class="frame">
      <nav class="pages" id="pages" aria-label="Pages">
        ${sections.map(
          (section) => html`<p>${section.title}</p>
        <ul>
          ${section.pages.map((page) => pageLink(page, path))}
        </ul>`,
        )}
      </nav>
      <main id="content">
        <article>
          ${raw(body)}
        </article>
        <footer>
          ${place < 0 ? '' : neighbours(path, pages[place - 1], pages[place + 1])}
          <p class="plain">
            ${markdownPath === undefined ? '' : html`<a href="${to(markdownPath)}">This page as Markdown</a> · `}<a
              href="${to('/llms.txt')}">llms.txt</a> · <a href="${to('/openapi.json')}">openapi.json</a>
          </p>
        </footer>
      </main>
      ${
        inside.length < 2
          ? ''
          : html`<nav class="inside" aria-label="On this page">
        <p>On this page</p>
        <ul>
          ${inside.map(({ id, depth, html: words }) => html`<li class="${`depth-${depth}`}"><a href="#${id}">${raw(words)}</a></li>`)}
        </ul>
      </nav>`
      }
    </div>
  </body>
</html>
`;
}

/** The way to an asset, seen from a page. */
export const loaderOf = (path: string) => async (name: AssetName) => wayFrom(path, await assetPath(name));

/** The bar above every page, that of the reference too. */
export function topBar({ path, here }: { path: string; here: 'guides' | 'reference' }) {
  const to = (target: string) => wayFrom(path, target);
  const load = loaderOf(path);
  const current = (name: typeof here) => (name === here ? raw(' aria-current="true"') : '');
  return html`<header class="top">
      ${here === 'guides' ? html`<button type="button" class="menu" aria-controls="pages" aria-expanded="false">Pages</button>` : ''}
      <a class="brand" href="${to('/docs/guides')}"><img src="${load('mark.svg')}" alt="" width="22" height="22">Kinora</a>
      <nav aria-label="Documentation">
        <a href="${to('/docs/guides')}"${current('guides')}>Guides</a>
        <a href="${to('/docs')}"${current('reference')}>API reference</a>
      </nav>
      <button type="button" class="theme" aria-label="Light or dark">
        <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" stroke-width="2"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/></svg>
      </button>
    </header>`;
}

function pageLink(page: Page, path: string) {
  const isCode = path.startsWith('/docs/errors/') && page.path === '/docs/guides/errors';
  const current =
    page.path === path ? raw(' aria-current="page"') : isCode ? raw(' aria-current="true"') : '';
  return html`<li><a href="${wayFrom(path, page.path)}"${current}>${page.label}</a></li>`;
}

function neighbours(path: string, before: Page | undefined, after: Page | undefined) {
  const link = (page: Page | undefined, rel: 'prev' | 'next', word: string) =>
    page === undefined
      ? html`<span></span>`
      : html`<a rel="${rel}" href="${wayFrom(path, page.path)}"><small>${word}</small>${page.label}</a>`;
  return html`<nav class="neighbours" aria-label="Neighbours">${link(before, 'prev', 'Before')}${link(after, 'next', 'Next')}</nav>`;
}
