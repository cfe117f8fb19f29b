import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { recordConsent } from '../../actions/record-consent.ts';
import { revokeConsent } from '../../actions/revoke-consent.ts';
import {
  certificateSchema,
  consentPageSchema,
  consentQuerySchema,
  consentSchema,
  newConsentSchema,
  revocationSchema,
} from '../../contract/consent.ts';
import { AppError } from '../../domain/errors.ts';
import { type ConsentRow, findConsent, listConsents } from '../../store/consents.ts';
import { readCertificate } from '../../store/erasures.ts';
import type { Owner } from '../../store/read-generations.ts';
import { accountOf } from '../auth.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentConsent } from '../present-consent.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

const cursorSchema = z.object({ id: z.string().regex(/^con_[0-9a-z]{24}$/) });

/** What people have agreed to, in the words of the account that asked them. */
export function consentRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/consents',
      summary: 'Record a consent that a person has given you',
      operationId: 'recordConsent',
      tags: ['People'],
      description:
        'For a consent that you have asked for yourself; one that is asked for on a page of this server is recorded by itself (`POST /v1/consent-links`). A reference with the role `person` names it as `consent_id`. It is never changed: a new text or scope is a new consent.',
      security: keyNeeded,
      request: { body: jsonBody(newConsentSchema) },
      responses: { 201: json(consentSchema, 'The consent.'), ...refusals },
    }),
    async (c) => {
      const { keyId, ...owner } = accountOf(c);
      const body = c.req.valid('json');
      const { scope } = body;
      const consent = await recordConsent(deps.store, owner, keyId, {
        person: body.person,
        textVersion: body.text_version,
        text: body.text === undefined ? { sha256: body.text_sha256 ?? '' } : { agreed: body.text },
        scope: {
          purposes: scope.purposes,
          engines: scope.engines ?? null,
          workflows: scope.workflows ?? null,
        },
        channel: body.channel,
        givenAt: new Date(body.given_at),
        expiresAt: body.expires_at === undefined ? undefined : new Date(body.expires_at),
        evidenceSha256: body.evidence_sha256,
        evidenceFileId: body.evidence_file_id,
      });
      return c.json(presentConsent(consent), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/consents',
      summary: 'Consents, newest first',
      operationId: 'listConsents',
      tags: ['People'],
      description: 'Of one person with `person`; those that hold, have run out or were revoked with `state`.',
      security: keyNeeded,
      request: { query: consentQuerySchema },
      responses: { 200: json(consentPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { accountId, purse } = accountOf(c);
      const { person, state, limit, cursor } = c.req.valid('query');
      const consents = await listConsents(deps.store, {
        owner: { accountId, purse },
        person,
        state,
        after: cursor === undefined ? undefined : readCursor(cursor, cursorSchema).id,
        limit: limit + 1,
      });
      const shown = consents.slice(0, limit);
      const last = shown.at(-1);
      const next_cursor = consents.length > limit && last !== undefined ? writeCursor({ id: last.id }) : null;
      return c.json({ object: 'list' as const, data: shown.map(presentConsent), next_cursor }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/consents/{id}',
      summary: 'One consent, with the photos that stand for the person and what became of it',
      operationId: 'getConsent',
      tags: ['People'],
      description: 'Also after it was revoked: what was agreed is never changed.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(consentSchema, 'The consent.'), ...refusals },
    }),
    async (c) => c.json(presentConsent(await read(accountOf(c), c.req.valid('param').id)), 200),
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/consents/{id}/revoke',
      summary: 'Take a consent back: stop what is being made, delete photos, videos and links',
      operationId: 'revokeConsent',
      tags: ['People'],
      description:
        'At once nothing is begun or completed with it any more. Videos that wait end with their credits given back, running ones are stopped; photos, videos made from them and every link to them answer 410 from then on, and their bytes are removed. When all is done the event `consent.erased` tells, and `GET …/certificate` proves it. It cannot be undone; doing it again does nothing more.',
      security: keyNeeded,
      request: { params, body: jsonBody(revocationSchema) },
      responses: { 200: json(consentSchema, 'The consent, revoked.'), ...refusals },
    }),
    async (c) => {
      const { keyId, ...owner } = accountOf(c);
      const { id } = c.req.valid('param');
      const { reason } = c.req.valid('json');
      const told = { id: c.get('requestId'), method: c.req.method, path: c.req.path };
      const found = await revokeConsent(deps, { owner, id, actor: keyId, reason }, (error) =>
        deps.onUnexpected(error, told),
      );
      if (!found) throw noConsent(id);
      return c.json(presentConsent(await read(owner, id)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/consents/{id}/certificate',
      summary: 'The signed certificate of what was deleted after a revocation',
      operationId: 'getDeletionCertificate',
      tags: ['People'],
      description:
        'Hashes, names and times of everything that was deleted, what was stopped, and what could not be deleted and why. Signed with the Ed25519 key of this server, whose public half is at `/.well-known/jwks.json`; `kinora consents verify` and the SDK check it. 409 while something is still being stopped.',
      security: keyNeeded,
      request: { params },
      responses: {
        200: json(certificateSchema, 'The certificate.'),
        409: refusals.default,
        ...refusals,
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { state } = await read(accountOf(c), id);
      if (state !== 'revoked')
        throw new AppError(
          'invalid_state',
          `The consent ${id} is not revoked, so nothing was deleted for it.`,
        );
      const certificate = await readCertificate(deps.store, id);
      if (certificate === undefined)
        throw new AppError('invalid_state', `What belongs to ${id} is still being stopped and deleted.`, {
          hint: 'Come back in a few seconds, or wait for the event consent.erased.',
          retryable: true,
          retryAfterSeconds: 3,
        });
      return c.json(certificateSchema.parse(certificate), 200);
    },
  );

  async function read({ accountId, purse }: Owner, id: string): Promise<ConsentRow> {
    const consent = await findConsent(deps.store, { accountId, purse }, id);
    if (consent === undefined) throw noConsent(id);
    return consent;
  }
}

const noConsent = (id: string) =>
  new AppError('not_found', `There is no consent ${id} in this account and mode.`);
