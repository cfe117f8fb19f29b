import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ConsentForm, formLimits, giveConsent } from '../../actions/give-consent.ts';
import { revokeConsent } from '../../actions/revoke-consent.ts';
import { AppError } from '../../domain/errors.ts';
import { type ConsentLinkRow, findConsentLinkBySecret, type LinkState } from '../../store/consent-links.ts';
import { findConsent } from '../../store/consents.ts';
import {
  donePage,
  endedPage,
  formPage,
  type Ticked,
  unavailablePage,
  unknownPage,
  withdrawnPage,
} from '../consent-page/page.ts';
import type { PageFault } from '../consent-page/words.ts';
import type { Env, HttpDeps } from '../env.ts';
import { knownError, statusOf } from '../errors.ts';
import { receiveForm } from '../receive-form.ts';
import { storableName } from '../receive-upload.ts';

type Link = ConsentLinkRow & { state: LinkState };

/**
 * The page on which one person agrees and gives photos. Its address is its right: there are no cookies, so no other page
 * can make a browser agree. For people, so it is not among the routes of the document.
 */
export function consentPageRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const one = '/consent/:token{[A-Za-z0-9_-]{43}}';

  app.get(one, (c) =>
    guarded(c, deps, async () => {
      const link = await find(c);
      return link === undefined ? answer(c, 404, unknownPage()) : show(c, link);
    }),
  );

  app.post(one, (c) =>
    guarded(c, deps, async () => {
      const link = await find(c);
      if (link === undefined) return answer(c, 404, unknownPage());
      // Sent twice: whoever goes on from here sees what came of the first.
      if (link.state === 'used') return c.redirect(c.req.path, 303);
      if (link.state !== 'open') return show(c, link);
      let ticked: Ticked | undefined;
      try {
        const given = await deps.scratch.withFolder((folder) =>
          giveConsent(deps, link, async () => {
            const form = await readForm(c.req.raw, folder);
            ticked = form;
            return form;
          }),
        );
        return given.status === 'faulty'
          ? answer(c, 422, formPage(link, given.faults, ticked))
          : c.redirect(c.req.path, 303);
      } catch (error) {
        const fault = faultOf(error);
        return answer(c, fault === 'too_large' ? 413 : 422, formPage(link, [fault], ticked));
      }
    }),
  );

  app.post(`${one}/withdraw`, (c) =>
    guarded(c, deps, async () => {
      const link = await find(c);
      if (link?.consentId === undefined) return answer(c, 404, unknownPage());
      if (link.consentId !== null)
        await revokeConsent(
          deps,
          { owner: link, id: link.consentId, actor: link.id, reason: 'by the person, on the page' },
          (error) => deps.onUnexpected(error, requestOf(c)),
        );
      return c.redirect(`/consent/${c.req.param('token')}`, 303);
    }),
  );

  const find = (c: Context<Env>) => findConsentLinkBySecret(deps.store, c.req.param('token') ?? '');

  async function show(c: Context<Env>, link: Link): Promise<Response> {
    switch (link.state) {
      case 'open':
        return answer(c, 200, formPage(link));
      case 'ended':
      case 'worn_out':
        return answer(c, 410, endedPage(link));
      case 'used': {
        const consent = await findConsent(deps.store, link, link.consentId ?? '');
        return consent?.state === 'revoked'
          ? answer(c, 200, withdrawnPage(link))
          : answer(c, 200, donePage(link, `/consent/${c.req.param('token')}/withdraw`));
      }
    }
  }
}

const requestOf = (c: Context<Env>) => ({ id: c.get('requestId'), method: c.req.method, path: '/consent/…' });

/** A person gets a page, whatever happens. The secret in the path is kept out of the log. */
async function guarded(
  c: Context<Env>,
  deps: Pick<HttpDeps, 'onUnexpected'>,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { code } = knownError(error, c, {
      onUnexpected: (unexpected) => deps.onUnexpected(unexpected, requestOf(c)),
    });
    return answer(c, statusOf[code], unavailablePage());
  }
}

async function readForm(request: Request, folder: string): Promise<ConsentForm> {
  const { fields, files } = await receiveForm(request, (index) => join(folder, `photo-${index}`), {
    // One more, so that too many are told of as that.
    files: formLimits.photos + 1,
    fileBytes: formLimits.photoBytes,
    fields: 10,
    fieldBytes: 100,
    bytes: (formLimits.photos + 1) * formLimits.photoBytes,
    hint: 'Send the form of the page.',
  });
  const isTicked = (name: string) => fields.some(([field, value]) => field === name && value === 'yes');
  return {
    agreed: isTicked('agree'),
    adult: isTicked('adult'),
    // A form without a chosen file sends an empty one.
    photos: files
      .filter(({ received }) => received.sizeBytes > 0)
      .map(({ received, name }) => ({ received, name: storableName(name) })),
  };
}

/** What a person can do about a form that could not be read; anything else goes on. */
function faultOf(error: unknown): PageFault {
  if (error instanceof AppError && error.code === 'body_too_large') return 'too_large';
  if (error instanceof AppError && error.code === 'invalid_request') return 'broken';
  throw error;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

async function answer(c: Context<Env>, status: number, page: Promise<string>): Promise<Response> {
  return new Response(await page, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex, nofollow',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'X-Request-Id': c.get('requestId'),
    },
  });
}
