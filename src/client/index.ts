import { type AccountCalls, accountCalls, type CreditCalls } from './accounts.ts';
import { type AdCalls, adCalls } from './ads.ts';
import { type Batches, batchCalls } from './batches.ts';
import { type BudgetCalls, budgetCalls } from './budgets.ts';
import { type ConsentCalls, consentCalls } from './consents.ts';
import { type EndpointCalls, endpointCalls } from './endpoints.ts';
import { type EngineCalls, engineCalls } from './engines.ts';
import { type Files, fileCalls } from './files.ts';
import { type Generations, generationCalls } from './generations.ts';
import { type LedgerCalls, ledgerCalls } from './ledger.ts';
import { type ParkedCalls, parkedCalls } from './parked.ts';
import { type Pauses, pauseCalls } from './pauses.ts';
import { type ReceiptCalls, receiptCalls } from './receipts.ts';
import { type Records, recordCalls } from './records.ts';
import { type ReportCalls, reportCalls } from './reports.ts';
import { type TemplateCalls, templateCalls } from './templates.ts';
import { type TopupCalls, topupCalls } from './topups.ts';
import { createTransport, type TransportSettings } from './transport.ts';
import { type UploadTokenCalls, uploadTokenCalls } from './upload-tokens.ts';
import { refuseInPage } from './web-page.ts';
import { type WebhookCalls, webhookCalls } from './webhooks.ts';
import { type Runs, runCalls, type Workflows, workflowCalls } from './workflows.ts';

export type { AdChoice, AdMatrixState, AdReport, ImportedAdResults } from '../contract/ads.ts';
export type { AlertPage } from '../contract/alert.ts';
export type { Budget, BudgetDetail, BudgetPage } from '../contract/budget.ts';
export type { Bundle, BundleStability } from '../contract/bundle.ts';
export type {
  Consent,
  ConsentLink,
  ConsentPage,
  CreatedConsentLink,
  DeletionCertificate,
  NewConsent,
  NewConsentLink,
} from '../contract/consent.ts';
export type { File } from '../contract/file.ts';
export type { Forecast } from '../contract/forecast.ts';
export type { Generation, GenerationEvent, GenerationPage } from '../contract/generation.ts';
export type { RecordDetail, RecordPage, VideoRecord } from '../contract/record.ts';
export type { Run, RunPage } from '../contract/run.ts';
export type { Template, TemplatePreview } from '../contract/template.ts';
export type { CreatedUploadToken, NewUploadToken, UploadToken } from '../contract/upload-token.ts';
export type { Comparison, Workflow, WorkflowDetail } from '../contract/workflow.ts';
export type { Credits, Estimate, Key, LedgerPage } from './accounts.ts';
export type { AdResultRow } from './ads.ts';
export type { Endpoint, SubscribeOptions } from './endpoints.ts';
export { type ClientErrorCode, GenerationFailedError, KinoraError } from './error.ts';
export type { FinishedGeneration, GenerationHandle, SavedHandle } from './generation-handle.ts';
export type { RequestBodies } from './generations.ts';
export type { Paged } from './paged.ts';
export type { FileContent } from './read-content.ts';
export {
  type BundledReference,
  type BundleOptions,
  type BundlePart,
  buildReferenceBundle,
  type ReferenceBundle,
} from './reference-bundle.ts';
export { createUploader, type Uploader, type UploaderOptions } from './uploader.ts';
export {
  type CertificateVerdict,
  type VerifyCertificateOptions,
  verifyCertificate,
} from './verify-certificate.ts';
export { type ChainVerdict, hashOfReceipt, verifyReceipts } from './verify-receipts.ts';
export { type VerifyWebhookOptions, verifyWebhook, type WebhookEvent } from './verify-webhook.ts';

export interface ClientOptions extends TransportSettings {
  baseUrl: string;
  /** Of an account, `kin_live_…` or `kin_test_…`; or the operator key, for accounts, keys and grants. Never in a web page. */
  key?: string;
}

export interface Client
  extends EndpointCalls,
    CreditCalls,
    AccountCalls,
    AdCalls,
    BudgetCalls,
    ConsentCalls,
    EngineCalls,
    LedgerCalls,
    ParkedCalls,
    ReceiptCalls,
    ReportCalls,
    TemplateCalls,
    TopupCalls,
    UploadTokenCalls,
    WebhookCalls {
  generations: Generations;
  files: Files;
  batches: Batches;
  records: Records;
  workflows: Workflows;
  runs: Runs;
  pauses: Pauses;
  /** One try: whether a Kinora answers there. */
  health(options?: { signal?: AbortSignal }): Promise<{ status: 'ok'; engines: string[] }>;
}

/** A Kinora and a key of it. Throws KinoraError at once for what no call could mend: an address without its scheme, a key in a web page. */
export function createClient({ baseUrl, key, ...settings }: ClientOptions): Client {
  if (key !== undefined) refuseInPage();
  const transport = createTransport({ baseUrl, key, ...settings });
  const generations = generationCalls(transport);
  return {
    ...endpointCalls(generations, transport.policy.now),
    generations,
    files: fileCalls(transport),
    batches: batchCalls(transport),
    records: recordCalls(transport),
    workflows: workflowCalls(transport),
    runs: runCalls(transport),
    pauses: pauseCalls(transport),
    ...accountCalls(transport),
    ...parkedCalls(transport),
    ...ledgerCalls(transport),
    ...receiptCalls(transport),
    ...adCalls(transport),
    ...budgetCalls(transport),
    ...consentCalls(transport),
    ...engineCalls(transport),
    ...templateCalls(transport),
    ...topupCalls(transport),
    ...reportCalls(transport),
    ...uploadTokenCalls(transport),
    ...webhookCalls(transport),
    health: ({ signal } = {}) =>
      transport.call({ method: 'GET', path: '/healthz', repeatable: false, timeoutMs: 5_000, signal }),
  };
}
