import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { consentLinkSchema, createdConsentLinkSchema, newConsentLinkSchema } from '../../contract/consent.ts';
import { AppError } from '../../domain/errors.ts';
import { findAccount } from '../../store/accounts.ts';
import { createConsentLink, findConsentLink } from '../../store/consent-links.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentConsentLink } from '../present-consent.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

/** Pages on which one person agrees and gives photos. */
export function consentLinkRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/consent-links',
      summary: 'Make a page on which one person agrees to your text and gives photos',
      operationId: 'createConsentLink',
      tags: ['People'],
      description:
        'Send the person to `url`. The page shows your text, takes one to five photos, and works on a phone, without a script and with a screen reader. When the person has agreed, the consent and the files are there, and the event `consent.given` tells. The address is for that person alone, works once, and ends by itself or with your key.',
      security: keyNeeded,
      request: { body: jsonBody(newConsentLinkSchema) },
      responses: { 201: json(createdConsentLinkSchema, 'The link and its address.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const body = c.req.valid('json');
      const requester = body.requester ?? (await findAccount(deps.store, caller.accountId))?.name ?? '';
      const { link, secret } = await createConsentLink(deps.store, {
        ...caller,
        person: body.person,
        textVersion: body.text_version,
        agreedText: body.text,
        scope: {
          purposes: body.scope.purposes,
          engines: body.scope.engines ?? null,
          workflows: body.scope.workflows ?? null,
        },
        requester,
        language: body.language,
        minPhotos: body.min_photos,
        maxPhotos: body.max_photos,
        validDays: body.valid_days ?? null,
        returnUrl: body.return_url ?? null,
        expiresInSeconds: body.expires_in,
      });
      const url = deps.links.seenFrom(c.req.url).absolute(`/consent/${secret}`);
      return c.json({ ...presentConsentLink(link, []), url }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/consent-links/{id}',
      summary: 'What became of a consent link',
      operationId: 'getConsentLink',
      tags: ['People'],
      description: '`consent_id` and `files` are there once the person has agreed.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(consentLinkSchema, 'The link, without its address.'), ...refusals },
    }),
    async (c) => {
      const { accountId, purse } = accountOf(c);
      const { id } = c.req.valid('param');
      const found = await findConsentLink(deps.store, { accountId, purse }, id);
      if (found === undefined)
        throw new AppError('not_found', `There is no consent link ${id} in this account and mode.`);
      return c.json(presentConsentLink(found.link, found.fileIds), 200);
    },
  );
}
