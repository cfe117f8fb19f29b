import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codePages, codeTables } from './code-pages.ts';
import { docsFolder } from './docs-folder.ts';
import { sections } from './sections.ts';

/** One page of the documentation, as Markdown. */
export interface Page {
  /** Where it lies below `docs/`, such as `guides/prices.md`: what links are relative to. */
  file: string;
  /** Where it is served, such as `/docs/guides/prices`. */
  path: string;
  title: string;
  /** What the navigation calls it. */
  label: string;
  /** Its first paragraph, without Markdown. */
  summary: string;
  markdown: string;
}

export interface Section {
  title: string;
  pages: readonly Page[];
}

export interface Docs {
  /** In the order of the navigation. */
  sections: readonly Section[];
  /** Every page by the path it is served at, the pages of the codes among them. */
  byPath: ReadonlyMap<string, Page>;
  /** The same by file. */
  byFile: ReadonlyMap<string, Page>;
}

/** Records of choices are for whoever changes Kinora: they stay in the repository. */
const unpublished = /^decisions\//;

/** Reads every page below `docs/` and writes those of the codes. */
export async function loadDocs(): Promise<Docs> {
  const files: string[] = [];
  for await (const file of glob('**/*.md', { cwd: docsFolder }))
    if (!unpublished.test(file)) files.push(file.replaceAll('\\', '/'));
  const guides = await Promise.all(
    files.sort().map(async (file) => {
      const markdown = await readFile(join(docsFolder, file), 'utf8');
      return pageOf(file, markdown.replace('<!-- codes -->', codeTables));
    }),
  );
  const codes = codePages().map(({ file, label, markdown }) => pageOf(file, markdown, label));
  const all = [...guides, ...codes];
  const byFile = new Map(all.map((page) => [page.file, page]));
  return {
    sections: inOrder(guides),
    byFile,
    byPath: new Map(all.map((page) => [page.path, page])),
  };
}

function inOrder(guides: readonly Page[]): Section[] {
  const left = new Map(guides.map((page) => [page.file, page]));
  const listed = sections.map(({ title, pages }) => ({
    title,
    pages: Object.entries(pages).flatMap(([file, label]) => {
      const page = left.get(file);
      left.delete(file);
      return page === undefined ? [] : [{ ...page, label }];
    }),
  }));
  const rest = { title: 'More', pages: [...left.values()] };
  return [...listed, rest].filter(({ pages }) => pages.length > 0);
}

function pageOf(file: string, markdown: string, label?: string): Page {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? file;
  return {
    file,
    path: pathOf(file),
    title: plain(title),
    label: label ?? plain(title),
    summary: summaryOf(markdown),
    markdown,
  };
}

/** `guides/prices.md` and `prices.md` are served side by side; `errors/…` has a place of its own. */
function pathOf(file: string): string {
  const name = file.replace(/\.md$/, '').replace(/\/index$/, '');
  return name.startsWith('errors/') ? `/docs/${name}` : `/docs/guides/${name.replace(/^guides\//, '')}`;
}

function summaryOf(markdown: string): string {
  const paragraph = markdown
    .split(/\n{2,}/)
    .find((block) => /^[\p{L}\p{N}`*[]/u.test(block) && !block.startsWith('```'));
  return plain((paragraph ?? '').replace(/\s+/g, ' ').trim());
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
}
