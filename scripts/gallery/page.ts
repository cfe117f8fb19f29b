import type { Show } from './shows.ts';

/** One page with every film, what was asked for and its contact sheet. */
export function galleryPage(shows: readonly Show[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kinora: what the embedded engine makes</title>
<style>
  :root { color-scheme: dark; font: 16px/1.5 system-ui, sans-serif; background: #101012; color: #e9e6e1; }
  body { margin: 0 auto; max-width: 1500px; padding: 3rem 2rem; }
  h1 { font-weight: 500; letter-spacing: -0.02em; }
  ul { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 2.5rem 2rem; }
  video { width: 100%; max-height: 440px; background: #000; border-radius: 6px; }
  h2 { font-size: 1rem; font-weight: 600; margin: 0.6rem 0 0.2rem; }
  p { margin: 0; color: #a8a49d; }
  summary { cursor: pointer; color: #a8a49d; margin-top: 0.4rem; }
  details img { width: 100%; margin-top: 0.5rem; }
</style>
<h1>What the embedded engine makes</h1>
<ul>
${shows.map(filmOf).join('\n')}
</ul>
</html>
`;
}

function filmOf({ name, prompt, seconds, ratio, references }: Show): string {
  const count = references.length === 1 ? '1 reference' : `${references.length} references`;
  return `<li>
<video src="${name}/video.mp4" controls loop muted playsinline preload="metadata"></video>
<h2>${name}</h2>
<p>${escaped(prompt)}</p>
<p>${seconds} s, ${ratio}, ${references.length === 0 ? 'text only' : count}</p>
<details><summary>Contact sheet</summary><img src="${name}/sheet.jpg" alt="Sixteen moments of ${name}" loading="lazy"></details>
</li>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
