/** How a contact sheet looks. */
export const contactSheetStyle = `
:root {
  --ground: #f6f4f0; --card: #ffffff; --ink: #1f1d1a; --soft: #6f6a62; --line: #e4dfd6; --accent: #b3532d;
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #141311; --card: #1d1b18; --ink: #efebe4; --soft: #9c958a; --line: #2e2b26; --accent: #e08a62; }
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--ground); color: var(--ink); padding: clamp(20px, 4vw, 56px); }
header, main, footer { max-width: 1440px; margin-inline: auto; }
header { margin-bottom: 32px; }
h1 { font-size: clamp(26px, 3.2vw, 40px); line-height: 1.15; font-weight: 650; letter-spacing: -0.02em; overflow-wrap: anywhere; }
header p { color: var(--soft); margin-top: 8px; white-space: pre-wrap; font-variant-numeric: tabular-nums; }
header .rehearsal { color: var(--accent); font-weight: 600; }
main { display: grid; gap: 24px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; display: flex; flex-direction: column; }
.frame { position: relative; aspect-ratio: var(--ratio); background: #0c0b0a; overflow: hidden; }
.frame video { width: calc(100% + 1px); height: calc(100% + 1px); object-fit: cover; display: block; cursor: pointer; }
.frame video:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; }
.hint { position: absolute; left: 12px; bottom: 12px; width: 32px; height: 32px; border-radius: 50%; display: grid; place-items: center; padding-left: 2px; font-size: 12px; color: #fff; background: rgb(0 0 0 / 55%); pointer-events: none; transition: opacity 0.2s; }
.frame.playing .hint { opacity: 0; }
.frame.none { background: var(--ground); border-bottom: 1px solid var(--line); display: grid; place-items: center; padding: 24px; overflow: auto; }
.none p { color: var(--soft); text-align: center; overflow-wrap: anywhere; font-size: 14px; }
.none strong { display: block; color: var(--accent); }
.text { padding: 16px 18px 18px; display: flex; flex-direction: column; gap: 6px; flex: 1; }
h2 { font-size: 17px; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
.key { font: 12px/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; color: var(--soft); overflow-wrap: anywhere; }
.prompt { color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
.facts { margin-top: auto; padding-top: 8px; display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 13px; font-variant-numeric: tabular-nums; }
footer { color: var(--soft); margin-top: 36px; font-size: 13px; }
@media (prefers-reduced-motion: reduce) { .hint { transition: none; } }
@media print { body { padding: 0; } article { break-inside: avoid; } .hint { display: none; } }
`;

/** Plays under the pointer without sound; a click, Enter or Space gives it sound and controls, and takes them again. */
export const contactSheetScript = `
const videos = [...document.querySelectorAll('video')];
const stop = (video) => {
  video.parentElement.classList.remove('playing');
  video.muted = true; video.controls = false;
  video.pause(); video.load();
};
const play = (video) => {
  video.parentElement.classList.add('playing');
  video.play().catch(() => video.parentElement.classList.remove('playing'));
};
for (const video of videos) {
  const frame = video.parentElement;
  const toggle = () => {
    if (video.controls) return stop(video);
    for (const other of videos) if (other !== video && !other.paused) stop(other);
    video.muted = false; video.controls = true; video.currentTime = 0;
    play(video);
  };
  frame.addEventListener('pointerenter', () => { if (!video.controls) play(video); });
  frame.addEventListener('pointerleave', () => { if (!video.controls) stop(video); });
  video.addEventListener('click', (event) => { if (!video.controls) { event.preventDefault(); toggle(); } });
  video.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || (event.key === ' ' && !video.controls)) { event.preventDefault(); toggle(); }
    if (event.key === 'Escape' && video.controls) toggle();
  });
}
`;
