import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { AppError } from '../domain/errors.ts';
import { authenticate } from './auth.ts';
import type { Env, HttpDeps } from './env.ts';
import { errorHandler } from './errors.ts';
import { falFace } from './faces/fal/index.ts';
import { openaiFace } from './faces/openai/index.ts';
import { replicateFace } from './faces/replicate/index.ts';
import { limitJson } from './limit-json.ts';
import { accountRoutes } from './routes/accounts.ts';
import { adRoutes } from './routes/ads.ts';
import { alertRoutes } from './routes/alerts.ts';
import { attemptRoutes } from './routes/attempts.ts';
import { auditRoutes } from './routes/audit.ts';
import { batchRowRoutes } from './routes/batch-rows.ts';
import { batchRoutes } from './routes/batches.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { bundleRoutes } from './routes/bundles.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import { consentLinkRoutes } from './routes/consent-links.ts';
import { consentPageRoutes } from './routes/consent-page.ts';
import { consentRoutes } from './routes/consents.ts';
import { contentRoutes } from './routes/content.ts';
import { creditRoutes } from './routes/credits.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { docsRoutes } from './routes/docs.ts';
import { engineRoutes } from './routes/engines.ts';
import { eventFeedRoutes } from './routes/event-feed.ts';
import { fileRoutes } from './routes/files.ts';
import { generationEventRoutes } from './routes/generation-events.ts';
import { generationExportRoutes } from './routes/generation-export.ts';
import { generationRoutes } from './routes/generations.ts';
import { healthRoutes } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { lateOutputRoutes } from './routes/late-output.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { ownAccountRoutes } from './routes/own-account.ts';
import { paymentWebhookRoutes } from './routes/payment-webhook.ts';
import { publishedRecordRoutes } from './routes/published-records.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { recordResultRoutes } from './routes/record-results.ts';
import { recordRoutes } from './routes/records.ts';
import { rehearsalRoutes } from './routes/rehearsals.ts';
import { routeRoutes } from './routes/routes.ts';
import { runRoutes } from './routes/runs.ts';
import { schedulingRoutes } from './routes/scheduling.ts';
import { sinkMarkRoutes } from './routes/sink-marks.ts';
import { submitRoutes } from './routes/submit.ts';
import { templateRoutes } from './routes/templates.ts';
import { topupRoutes } from './routes/topups.ts';
import { uploadTokenRoutes } from './routes/upload-tokens.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { usageRoutes } from './routes/usage.ts';
import { webhookKeyRoutes } from './routes/webhook-keys.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { workflowDefinitionRoutes } from './routes/workflow-definitions.ts';
import { workflowRoutes } from './routes/workflows.ts';
import { refuseInvalid } from './validation.ts';

/** The whole HTTP side as one fetch handler. */
export function createApp(deps: HttpDeps): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
  app.onError(errorHandler(deps));
  app.notFound((c) => {
    throw new AppError('not_found', `There is nothing at ${c.req.method} ${c.req.path}.`, {
      hint: 'GET /openapi.json lists every route.',
    });
  });

  app.use(async function nameRequest(c, next) {
    const requestId = `req_${randomUUID()}`;
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    if (/%00/.test(c.req.url)) throw new AppError('invalid_request', 'The URL holds a NUL character (%00).');
    await next();
  });
  // Signed links carry their own right; everything else below /v1 needs a key.
  contentRoutes(app, deps);
  consentPageRoutes(app, deps);
  publishedRecordRoutes(app, deps);
  // A provider's word is never believed: it only makes us look sooner.
  callbackRoutes(app, deps);
  paymentWebhookRoutes(app, deps);
  webhookKeyRoutes(app, deps);
  // Each keeps its own way of writing keys and refusals, and calls the same actions.
  for (const face of [falFace(deps), replicateFace(deps), openaiFace(deps)]) app.route('/', face);
  // Streams its body, and knows upload tokens besides keys.
  uploadRoutes(app, deps);
  app.use('/v1/*', authenticate(deps));
  app.use('/v1/*', limitJson);

  submitRoutes(app, deps);
  generationExportRoutes(app, deps);
  generationRoutes(app, deps);
  generationEventRoutes(app, deps);
  attemptRoutes(app, deps);
  schedulingRoutes(app, deps);
  engineRoutes(app, deps);
  routeRoutes(app, deps);
  adRoutes(app, deps);
  batchRoutes(app, deps);
  recordResultRoutes(app, deps);
  sinkMarkRoutes(app, deps);
  rehearsalRoutes(app, deps);
  batchRowRoutes(app, deps);
  recordRoutes(app, deps);
  workflowRoutes(app, deps);
  workflowDefinitionRoutes(app, deps);
  runRoutes(app, deps);
  fileRoutes(app, deps);
  templateRoutes(app, deps);
  bundleRoutes(app, deps);
  uploadTokenRoutes(app, deps);
  consentRoutes(app, deps);
  consentLinkRoutes(app, deps);
  creditRoutes(app, deps);
  receiptRoutes(app, deps);
  lateOutputRoutes(app, deps);
  ledgerRoutes(app, deps);
  budgetRoutes(app, deps);
  alertRoutes(app, deps);
  ownAccountRoutes(app, deps);
  accountRoutes(app, deps);
  keyRoutes(app, deps);
  auditRoutes(app, deps);
  usageRoutes(app, deps);
  topupRoutes(app, deps);
  webhookRoutes(app, deps);
  deliveryRoutes(app, deps);
  eventFeedRoutes(app, deps);
  healthRoutes(app, deps);
  docsRoutes(app, deps);
  return app;
}
