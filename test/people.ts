import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Consent, CreatedConsentLink, NewConsentLink } from '../src/contract/consent.ts';
import type { ClaimedGeneration } from '../src/store/claim-generation.ts';
import { completeGeneration } from '../src/store/end-generation.ts';
import { insertFile } from '../src/store/files.ts';
import type { TestApp } from './app.ts';

export const cardText =
  'I agree that my photos become one birthday video.\n\nI can take this back at any time.';

export const cardScope = { purposes: ['birthday card'] };

/** A consent as an account records it. */
export const heldConsent = {
  person: 'user-1',
  text_version: 'cards-1',
  text: cardText,
  scope: cardScope,
  channel: 'app',
  given_at: '2026-01-01T00:00:00Z',
} as const;

export async function recordConsent(app: TestApp, key: string, changes: object = {}): Promise<Consent> {
  const { status, body } = await app.json<Consent>('POST', '/v1/consents', {
    key,
    body: { ...heldConsent, ...changes },
  });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

/** A page for a person; answers its path. */
export async function openPage(
  app: TestApp,
  key: string,
  changes: Partial<NewConsentLink> = {},
): Promise<{ link: CreatedConsentLink; path: string }> {
  const { status, body: link } = await app.json<CreatedConsentLink>('POST', '/v1/consent-links', {
    key,
    body: { person: 'user-1', text_version: 'cards-1', text: cardText, scope: cardScope, ...changes },
  });
  assert.equal(status, 201, JSON.stringify(link));
  return { link, path: new URL(link.url).pathname };
}

/** What a browser sends from the page. */
export function consentForm(
  photos: readonly Uint8Array<ArrayBuffer>[],
  ticks = ['agree', 'adult'],
): FormData {
  const form = new FormData();
  for (const [index, photo] of photos.entries())
    form.append('photos', new Blob([photo], { type: 'image/jpeg' }), `me-${index + 1}.jpg`);
  for (const tick of ticks) form.append(tick, 'yes');
  return form;
}

/** Ends a claimed generation well, with files of its own. What `completeGeneration` answers. */
export async function deliverFiles(
  app: Pick<TestApp, 'store' | 'deps'>,
  claimed: ClaimedGeneration,
): Promise<{ completed: boolean; outputFileId: string; posterFileId: string }> {
  const keep = async (contentType: string, kind: 'image' | 'video') => {
    const bytes = randomBytes(32);
    const sha256 = bytes.toString('hex');
    const { id } = await insertFile(
      app.store,
      {
        accountId: claimed.accountId,
        sha256,
        sizeBytes: bytes.length,
        facts: { kind, contentType, durationSeconds: 5, width: 1280, height: 720 },
        name: undefined,
      },
      () =>
        app.deps.scratch.withFolder(async (folder) => {
          const path = join(folder, 'made');
          await writeFile(path, bytes);
          await app.deps.files.keep(sha256, path);
        }),
    );
    return id;
  };
  const outputFileId = await keep('video/mp4', 'video');
  const posterFileId = await keep('image/jpeg', 'image');
  const completed = await completeGeneration(app.store, claimed, {
    chargedCredits: claimed.priceCredits,
    outputFileId,
    posterFileId,
    outputFacts: {
      kind: 'video',
      contentType: 'video/mp4',
      durationSeconds: 5,
      width: 1280,
      height: 720,
      sizeBytes: 32,
    },
    storyboard: null,
    notes: [],
    checks: [],
  });
  return { completed, outputFileId, posterFileId };
}
