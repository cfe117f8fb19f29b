import { Marked, Renderer, type Tokens } from 'marked';
import { colourCode } from './colour-code.ts';

export interface Heading {
  id: string;
  /** 1 for the title. */
  depth: number;
  /** Its words, escaped, without tags. */
  html: string;
}

export interface Rendered {
  html: string;
  headings: readonly Heading[];
}

/**
 * Markdown as HTML that holds no markup but its own: raw HTML is shown as text (comments are left out), and only
 * http, https and mailto addresses become links. `resolve` turns the address of a link or picture into one that is
 * served; undefined leaves its text alone.
 */
export function renderMarkdown(markdown: string, resolve: (href: string) => string | undefined): Rendered {
  const headings: Heading[] = [];
  const ids = new Map<string, number>();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        const words = html.replace(/<[^>]*>/g, '');
        const id = idOf(words, ids);
        headings.push({ id, depth, html: words });
        return `<h${depth} id="${id}">${html}<a class="anchor" href="#${id}" aria-label="Link to this part">#</a></h${depth}>\n`;
      },
      code: ({ text, lang }) => codeBlock(text, lang),
      html: ({ text }) => (/^\s*<!--[\s\S]*-->\s*$/.test(text) ? '' : escapeHtml(text)),
      link({ href, title, tokens }) {
        const html = this.parser.parseInline(tokens);
        const target = safe(resolve(href));
        if (target === undefined) return html;
        const outside = /^https?:/i.test(target) ? ' rel="noopener noreferrer"' : '';
        return `<a href="${escapeHtml(target)}"${titleOf(title)}${outside}>${html}</a>`;
      },
      image({ href, title, text }) {
        const target = safe(resolve(href));
        if (target === undefined) return escapeHtml(text);
        return `<img src="${escapeHtml(target)}" alt="${escapeHtml(text)}"${titleOf(title)} loading="lazy">`;
      },
      table(token: Tokens.Table) {
        return `<div class="table" tabindex="0">${Renderer.prototype.table.call(this, token)}</div>\n`;
      },
    },
  });
  return { html: marked.parse(markdown, { async: false }), headings };
}

function codeBlock(text: string, info: string | undefined): string {
  const language = /^\w+/.exec(info ?? '')?.[0] ?? '';
  return `<div class="code"><pre tabindex="0"><code>${colourCode(text, language, escapeHtml)}\n</code></pre></div>\n`;
}

const titleOf = (title: string | null | undefined) =>
  title === null || title === undefined ? '' : ` title="${escapeHtml(title)}"`;

/** Undefined for an address whose scheme could run something. */
function safe(href: string | undefined): string | undefined {
  if (href === undefined) return undefined;
  // Browsers skip white space and control characters inside an address.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(href.replace(/[^!-\u{10ffff}]/gu, ''))?.[1]?.toLowerCase();
  return scheme === undefined || ['http', 'https', 'mailto'].includes(scheme) ? href : undefined;
}

/** As GitHub makes them, so that one link works in both places. */
function idOf(html: string, taken: Map<string, number>): string {
  const id = html
    .replace(/&[a-z0-9#]+;/gi, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  const times = taken.get(id) ?? 0;
  taken.set(id, times + 1);
  return times === 0 ? id : `${id}-${times}`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}
