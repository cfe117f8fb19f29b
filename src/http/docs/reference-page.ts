import { html } from 'hono/html';
import { loaderOf, topBar } from './page-layout.ts';
import { wayFrom } from './resolve-link.ts';

const path = '/docs';

/** The API reference: a viewer that reads `/openapi.json`. */
export async function referencePage(): Promise<string> {
  const to = (target: string) => wayFrom(path, target);
  const load = loaderOf(path);
  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API reference · Kinora</title>
    <meta name="description" content="Every route of Kinora, with schemas, examples and errors.">
    <link rel="icon" href="${load('mark.svg')}" type="image/svg+xml">
    <link rel="stylesheet" href="${load('docs.css')}">
    <link rel="stylesheet" href="${load('reference.css')}">
    <script src="${load('docs.js')}"></script>
  </head>
  <body class="reference">
    ${topBar({ path, here: 'reference' })}
    <noscript><p class="note">The reference needs JavaScript. The same, for programs: <a href="${to('/openapi.json')}">openapi.json</a>.</p></noscript>
    <div id="reference" data-document="${to('/openapi.json')}"></div>
    <script src="${load('viewer.js')}"></script>
    <script src="${load('reference.js')}"></script>
  </body>
</html>
`;
  return String(await page);
}
