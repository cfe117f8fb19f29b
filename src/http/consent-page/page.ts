import { html } from 'hono/html';
import type { ConsentLinkRow } from '../../store/consent-links.ts';
import { assetPath } from '../docs/assets.ts';
import { type PageFault, type PageLanguage, pageWords } from './words.ts';

type Shown = Pick<
  ConsentLinkRow,
  'requester' | 'language' | 'agreedText' | 'scope' | 'minPhotos' | 'maxPhotos' | 'returnUrl'
>;

/** What was ticked in a form that is shown again. */
export interface Ticked {
  agreed: boolean;
  adult: boolean;
}

/** The page that asks; with faults, the same again and what is wrong. Works without a script. */
export function formPage(link: Shown, faults: readonly PageFault[] = [], ticked?: Ticked) {
  const words = pageWords[link.language];
  const { requester, minPhotos, maxPhotos } = link;
  const photosAtFault = faults.some((fault) => /^too_|unreadable|broken/.test(fault));
  const title = faults.length > 0 ? `${words.problem} · ${words.title}` : words.title;
  return layout(
    { language: link.language, title, withScript: true },
    html`
      <h1>${words.title}</h1>
      <p class="lead">${words.lead(requester)}</p>
      ${faults.length === 0 ? '' : faultList(link, faults)}
      <form method="post" enctype="multipart/form-data" novalidate>
        <section aria-labelledby="agreement">
          <h2 id="agreement">${words.agreement}</h2>
          <div class="text" tabindex="0" role="region" aria-labelledby="agreement">${paragraphs(link.agreedText)}</div>
          <p class="purposes"><span>${words.purposes}</span> ${link.scope.purposes.join(', ')}</p>
        </section>
        <section>
          <h2 id="photos-label">${words.photos(minPhotos, maxPhotos)}</h2>
          <p class="hint" id="photos-hint">${words.photosHint}</p>
          <label class="pick" for="photos"><span data-choose>${words.choose}</span></label>
          <input id="photos" type="file" name="photos" ${maxPhotos > 1 ? 'multiple' : ''} required
            accept="image/jpeg,image/png,image/webp" aria-labelledby="photos-label" aria-describedby="photos-hint"
            ${photosAtFault ? html`aria-invalid="true"` : ''}
            data-most="${maxPhotos}" data-add="${words.add}" data-remove="${words.remove}"
            data-one="${words.chosen(1)}" data-many="${words.chosen(0)}">
          <ul class="chosen" id="chosen" hidden></ul>
          <p class="visually-hidden" role="status" id="chosen-status"></p>
        </section>
        <section class="ticks">
          ${tick('agree', words.agree, ticked?.agreed === true, faults.includes('not_agreed'))}
          ${tick('adult', words.adult, ticked?.adult === true, faults.includes('not_adult'))}
        </section>
        <p class="hint">${words.rights(requester)}</p>
        <button type="submit" data-sending="${words.sending}">${words.send}</button>
        <p class="visually-hidden" role="status" id="sending-status"></p>
      </form>`,
  );
}

function faultList({ language, minPhotos, maxPhotos }: Shown, faults: readonly PageFault[]) {
  const words = pageWords[language];
  return html`<div class="problem" role="alert" tabindex="-1" id="problem">
        <h2>${words.problem}</h2>
        <ul>${faults.map((fault) => html`<li><a href="#${fieldOf(fault)}">${words.faults[fault](minPhotos, maxPhotos)}</a></li>`)}</ul>
      </div>`;
}

const fieldOf = (fault: PageFault) =>
  fault === 'not_agreed' ? 'agree' : fault === 'not_adult' ? 'adult' : 'photos';

const tick = (name: string, label: string, checked: boolean, atFault: boolean) => html`
          <label class="tick" for="${name}">
            <input id="${name}" type="checkbox" name="${name}" value="yes" required ${checked ? 'checked' : ''} ${atFault ? html`aria-invalid="true"` : ''}>
            <span>${label}</span>
          </label>`;

/** What the same link shows once its person has agreed: also the way to take it back. */
export function donePage({ requester, language, returnUrl }: Shown, withdrawPath: string) {
  const words = pageWords[language];
  return layout(
    { language, title: words.doneTitle },
    html`
      <div class="mark" aria-hidden="true"></div>
      <h1>${words.doneTitle}</h1>
      <p class="lead">${words.done(requester)}</p>
      ${returnUrl === null ? '' : html`<p><a class="button" href="${returnUrl}" rel="noreferrer">${words.back(requester)}</a></p>`}
      <details>
        <summary>${words.withdrawTitle}</summary>
        <p>${words.withdrawText}</p>
        <form method="post" action="${withdrawPath}">
          <button class="grave" type="submit">${words.withdraw}</button>
        </form>
      </details>`,
  );
}

export function withdrawnPage({ requester, language, returnUrl }: Shown) {
  const words = pageWords[language];
  return layout(
    { language, title: words.withdrawnTitle },
    html`
      <h1>${words.withdrawnTitle}</h1>
      <p class="lead">${words.withdrawn}</p>
      ${returnUrl === null ? '' : html`<p><a class="button" href="${returnUrl}" rel="noreferrer">${words.back(requester)}</a></p>`}`,
  );
}

export function endedPage({ requester, language }: Shown) {
  const words = pageWords[language];
  return layout(
    { language, title: words.endedTitle },
    html`
      <h1>${words.endedTitle}</h1>
      <p class="lead">${words.ended(requester)}</p>`,
  );
}

export function unknownPage() {
  const words = pageWords.en;
  return layout(
    { language: 'en', title: words.unknownTitle },
    html`
      <h1>${words.unknownTitle}</h1>
      <p class="lead">${words.unknown}</p>`,
  );
}

/** What a page says for which nothing can be done just now. */
export function unavailablePage() {
  const words = pageWords.en;
  return layout(
    { language: 'en', title: words.title },
    html`
      <h1>${words.title}</h1>
      <p class="lead">${words.faults.unavailable(1, 1)}</p>`,
  );
}

/** An empty line begins a paragraph. */
const paragraphs = (text: string) =>
  text
    .trim()
    .split(/\r?\n\s*\r?\n/)
    .map((paragraph) => html`<p>${paragraph}</p>`);

type Content = ReturnType<typeof html>;

async function layout(
  { language, title, withScript = false }: { language: PageLanguage; title: string; withScript?: boolean },
  body: Content,
): Promise<string> {
  const page = await html`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex, nofollow">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="stylesheet" href="${await assetPath('consent.css')}">
    ${withScript ? html`<script src="${await assetPath('consent.js')}" defer></script>` : ''}
  </head>
  <body>
    <main>${body}
    </main>
    <footer><p>${pageWords[language].footer}</p></footer>
  </body>
</html>
`;
  return String(page);
}
