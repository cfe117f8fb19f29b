import type { RemainderReason } from '../domain/deletion-certificate.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ErasedThing } from '../store/erased-things.ts';
import type { Erasure } from '../store/erasures.ts';
import { listAsked } from '../store/person-generations.ts';
import type { Deps } from './deps.ts';

type Remainder = {
  reason: RemainderReason;
  about: string;
  generation_id: string | null;
  explanation: string;
};

/** What a certificate says, before it is signed. */
export async function writeCertificate(
  deps: Pick<Deps, 'store' | 'engines'>,
  made: {
    id: string;
    issuer: string;
    erasure: Erasure;
    finishedAt: Date;
    stopped: string[];
    erased: readonly ErasedThing[];
  },
): Promise<JsonObject> {
  const { id, issuer, erasure, finishedAt, stopped, erased } = made;
  const time = (date: Date) => date.toISOString();
  return {
    id,
    issuer,
    account_id: erasure.accountId,
    consent: {
      id: erasure.consentId,
      person: erasure.person,
      text_version: erasure.textVersion,
      text_sha256: erasure.textSha256,
      given_at: time(erasure.givenAt),
    },
    revoked_at: time(erasure.revokedAt),
    revoked_by: erasure.revokedBy,
    finished_at: time(finishedAt),
    stopped: { generations: stopped, batch_rows: erasure.refusedRows },
    deleted: erased.map(({ what, name, sha256, generationId, goneAt, bytesGoneAt }) => ({
      what,
      name,
      sha256,
      generation_id: generationId,
      gone_at: time(goneAt),
      bytes_gone_at: bytesGoneAt === null ? null : time(bytesGoneAt),
    })),
    not_deleted: [
      ...sharedBytes(erased),
      ...(await atProviders(deps, erasure)),
      ...(erasure.evidenceFileId === null ? [] : [evidence(erasure.evidenceFileId)]),
      records(erasure.accountId),
    ],
  };
}

function sharedBytes(erased: readonly ErasedThing[]): Remainder[] {
  const shared = new Set(
    erased.filter(({ bytesGoneAt }) => bytesGoneAt === null).map(({ sha256 }) => sha256),
  );
  return [...shared].map((sha256) => ({
    reason: 'same_bytes_elsewhere',
    about: sha256,
    generation_id: null,
    explanation:
      'The very same bytes are stored for something that this consent is not about, such as a file of another account or of another consent. Every address that this consent had to them is gone.',
  }));
}

async function atProviders(
  { store, engines }: Pick<Deps, 'store' | 'engines'>,
  erasure: Erasure,
): Promise<Remainder[]> {
  const asked = await listAsked(store, erasure);
  return asked
    .filter(({ engine }) => engines.get(engine)?.engine.kind !== 'local')
    .map(
      ({ generationId, attemptId, engine, isParked }): Remainder =>
        isParked
          ? {
              reason: 'provider_undecided',
              about: attemptId,
              generation_id: generationId,
              explanation: `Nobody can tell whether ${engine} is still making it. It is dropped when it comes, and nothing is sent again.`,
            }
          : {
              reason: 'provider_copy',
              about: engine,
              generation_id: generationId,
              explanation: `${engine} was asked to make it (${attemptId}), so it had the references and may hold the video. It keeps them by its own terms; no call is known here by which it would delete them.`,
            },
    );
}

const evidence = (fileId: string): Remainder => ({
  reason: 'evidence',
  about: fileId,
  generation_id: null,
  explanation: 'The file that proves the consent is kept, to answer for the time before it was revoked.',
});

const records = (accountId: string): Remainder => ({
  reason: 'records',
  about: accountId,
  generation_id: null,
  explanation:
    'The consent with its hash, ledger, receipts, the audit log, and the log of generations with prompt and metadata are kept: what was made and what it cost, without pictures. The log of webhooks forgets what it has sent after 30 days; links in it are dead.',
});
