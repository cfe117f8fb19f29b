import type { Caller } from '../actions/caller.ts';
import type { Deps } from '../actions/deps.ts';
import type { CertificateSigner } from '../actions/erase-consent.ts';
import type { Purse } from '../domain/credits.ts';
import type { Pack } from '../domain/packs.ts';
import type { PaymentPort } from '../payments/payment-port.ts';
import type { UploadToken } from '../store/upload-tokens.ts';
import type { GenerationFeed } from './generation-feed.ts';
import type { Links } from './links.ts';

/** What the HTTP side is handed. */
export interface HttpDeps extends Deps {
  links: Links;
  feed: GenerationFeed;
  /** Opens the routes that make accounts and credits. */
  operatorKey: string;
  /** Who takes money for credits; undefined where nobody is set up to. */
  payments: PaymentPort | undefined;
  packs: readonly Pack[];
  /** What verifies webhooks in fal's form: a JSON Web Key Set. */
  webhookKeys: { keys: object[] };
  /** Signs what is told of deleted things. */
  certificates: CertificateSigner;
  /** What a new account begins with. */
  newAccount: { concurrencyLimit: number; credits: Record<Purse, number> };
  /** Whether workflows of an account that run here may use a variable of the environment. */
  allowsVariable(name: string, accountId: string): boolean;
  /** Called when a run waits, so that this process need not wait for its next look. */
  onQueued(): void;
  /** Called when a generation was accepted, so that a worker of this process need not wait for its next look. */
  onAccepted(): void;
  /** Called with an error nobody expected; the caller only sees that there was one. */
  onUnexpected(error: unknown, request: { id: string; method: string; path: string }): void;
}

/** What the middleware has found out by the time a handler runs. */
export interface Env {
  /** Handed to the app by whoever calls it in this process; nothing of it can come over the network. */
  Bindings: {
    /** The key as which a run of this server calls. */
    actingKeyId?: string;
  };
  Variables: {
    requestId: string;
    identity: Identity | undefined;
    /** Set on the upload route alone, instead of an identity. */
    uploadToken: UploadToken | undefined;
  };
}

export type Identity = { is: 'operator' } | ({ is: 'account' } & Caller);
