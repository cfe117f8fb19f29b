import { contactSheetScript, contactSheetStyle } from './contact-sheet-assets.ts';
import type { Result } from './results.ts';

export interface ContactSheet {
  workflow: string;
  aspectRatio: string;
  /** For a person, as in `22 November 2026, 10:45`. */
  madeAt: string;
  /** The engine that the videos stand in for, where they are a rehearsal. */
  rehearsalOf?: string;
  results: readonly Result[];
  /** A data URI for each key that has a still. */
  posters: ReadonlyMap<string, string>;
}

/**
 * One HTML page that needs nothing but the videos beside it: stills are inside, videos are linked relatively and
 * play under the pointer. Every text is escaped.
 */
export function contactSheet(sheet: ContactSheet): string {
  const { workflow, results, rehearsalOf } = sheet;
  const kind = rehearsalOf === undefined ? '' : 'rehearsal · ';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(workflow)} · ${kind}contact sheet</title>
<style>${contactSheetStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(workflow)}</h1>
<p>${escapeHtml(summaryOf(sheet))}</p>
${rehearsalOf === undefined ? '' : `<p class="rehearsal">Rehearsal: drafts of the embedded engine in place of ${escapeHtml(rehearsalOf)}. None of them is live.</p>\n`}</header>
<main style="--ratio: ${escapeHtml(sheet.aspectRatio.replace(':', ' / '))}">
${results.map((result) => card(result, sheet.posters.get(result.key))).join('\n')}
</main>
<footer>Made with Kinora. Point at a video to play it; click for sound.</footer>
<script>${contactSheetScript}</script>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function summaryOf({ results, madeAt }: ContactSheet): string {
  const made = results.filter(({ status }) => status === 'complete');
  const seconds = made.reduce((sum, result) => sum + (result.seconds ?? 0), 0);
  const credits = made.reduce((sum, result) => sum + (result.credits ?? 0), 0);
  const missing = results.length - made.length;
  return [
    `${made.length} video${made.length === 1 ? '' : 's'}`,
    ...(missing === 0 ? [] : [`${missing} missing`]),
    `${seconds.toFixed(0)} s`,
    `${credits.toLocaleString('en')} credits`,
    madeAt,
  ].join('  ·  ');
}

function card(result: Result, poster: string | undefined): string {
  const { key, title, prompt, status } = result;
  const name = title === key ? '' : `<p class="key">${escapeHtml(key)}</p>`;
  return `<article class="${status}">
${status === 'complete' && result.path !== null ? player(result, result.path, poster) : absence(result)}
<div class="text">
<h2>${escapeHtml(title)}</h2>${name}
<p class="prompt">${escapeHtml(prompt)}</p>
<p class="facts">${factsOf(result)
    .map((fact) => `<span>${escapeHtml(fact)}</span>`)
    .join('')}</p>
</div>
</article>`;
}

function player({ title }: Result, path: string, poster: string | undefined): string {
  const source = path.toWellFormed().split('/').map(encodeURIComponent).join('/');
  const still = poster === undefined ? '' : ` poster="${escapeHtml(poster)}"`;
  return `<div class="frame"><video src="${escapeHtml(source)}"${still} preload="none" muted loop playsinline tabindex="0" aria-label="${escapeHtml(title)}"></video><span class="hint" aria-hidden="true">▶</span></div>`;
}

function absence({ status, error }: Result): string {
  const word = {
    failed: 'Failed',
    invalid: 'Not asked for',
    unfinished: 'Not finished yet',
    complete: 'Missing',
  };
  return `<div class="frame none"><p><strong>${word[status]}</strong>${error === null ? '' : escapeHtml(error)}</p></div>`;
}

function factsOf({ status, seconds, width, height, bytes, credits }: Result): string[] {
  if (status !== 'complete') return [];
  return [
    ...(seconds === null ? [] : [`${seconds.toFixed(1)} s`]),
    ...(width === null || height === null ? [] : [`${width} × ${height}`]),
    ...(bytes === null ? [] : [`${(bytes / 1e6).toFixed(1)} MB`]),
    ...(credits === null ? [] : [`${credits.toLocaleString('en')} credits`]),
  ];
}
