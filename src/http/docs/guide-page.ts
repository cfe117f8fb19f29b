import { html } from 'hono/html';
import { pageLayout } from './page-layout.ts';
import type { Docs, Page } from './pages.ts';
import { renderMarkdown } from './render-markdown.ts';
import { resolveLink, wayFrom } from './resolve-link.ts';

/** A page of the documentation as HTML. */
export async function guidePage(docs: Docs, page: Page): Promise<string> {
  const { html: body, headings } = renderMarkdown(page.markdown, (href) => resolveLink(docs, page, href));
  return String(
    await pageLayout({
      path: page.path,
      title: page.title,
      description: page.summary,
      sections: docs.sections,
      headings,
      body,
      markdownPath: `${page.path}.md`,
    }),
  );
}

const homePath = '/docs/guides';

/** Where the guides begin: what Kinora is, and every page. */
export async function guidesHome(docs: Docs): Promise<string> {
  const cards = docs.sections.map(
    ({ title, pages }) => html`<h2>${title}</h2>
<div class="cards">
${pages.map((page) => html`<a href="${wayFrom(homePath, page.path)}"><strong>${page.label}</strong><span>${page.summary}</span></a>`)}
</div>`,
  );
  const body = html`<h1>Guides</h1>
<p>Kinora turns a prompt with up to 9 images, 3 videos and 3 audio clips into one video with sound, and gives teams what an API
alone does not: a price before the spend, requests that are safe to repeat, batches that go on by themselves, and a receipt
for every credit. Begin with <a href="${wayFrom(homePath, '/docs/guides/first-call')}">your first call</a>.</p>
${cards}`;
  return String(
    await pageLayout({
      path: homePath,
      title: 'Guides',
      description: 'Everything about Kinora: first call, references, prices, errors, engines, batches.',
      sections: docs.sections,
      headings: [],
      body: String(await body),
      markdownPath: undefined,
    }),
  );
}
