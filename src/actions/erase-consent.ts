import type { JsonObject } from '../domain/json.ts';
import { readClock } from '../store/clock.ts';
import { cancelGeneration, consentEnded, failPending } from '../store/end-generation.ts';
import { eraseFiles } from '../store/erase-person-files.ts';
import { findBytes, listErased, noteBytesGone } from '../store/erased-things.ts';
import { type Erasure, findErasure, finishErasure, lookAgain } from '../store/erasures.ts';
import { removeBytesFor } from '../store/files.ts';
import { newId } from '../store/new-id.ts';
import { findOpen, listStopped, noteStopped } from '../store/person-generations.ts';
import { refuseRows } from '../store/refuse-person-rows.ts';
import type { Deps } from './deps.ts';
import { writeCertificate } from './write-certificate.ts';

export interface EraseDeps extends Pick<Deps, 'store' | 'files' | 'engines'> {
  /** Signs certificates in the name of this server. */
  certificates: CertificateSigner;
}

export interface CertificateSigner {
  /** The address that this server is known by. */
  issuer(): string;
  /** The certificate with its signature around it. */
  sign(certificate: JsonObject): JsonObject;
}

/** How soon what is still being stopped is looked at again. */
const pauseSeconds = 2;

/**
 * Does what a revocation asks for: stops what waits or runs, takes away photos, outputs and links, removes their bytes,
 * and writes the certificate. Everything in it can be done twice, so whoever finds it begun goes on. `stopping`: something
 * is still being stopped; it is looked at again.
 */
export async function eraseConsent(deps: EraseDeps, consentId: string): Promise<'finished' | 'stopping'> {
  const erasure = await findErasure(deps.store, consentId);
  if (erasure === undefined) throw new Error(`the consent ${consentId} is not revoked`);
  if (erasure.finishedAt !== null) return 'finished';
  // If this process dies, or something is still running, somebody comes back.
  await lookAgain(deps.store, consentId, pauseSeconds);
  // First, so that what is there already answers 410 however much there is to stop; and again, for what has ended by then.
  await eraseFiles(deps.store, erasure);
  const stillRunning = await stopAll(deps, erasure);
  await refuseRows(deps.store, erasure, rowProblem(consentId));
  await eraseFiles(deps.store, erasure);
  await removeBytes(deps, erasure);
  if (stillRunning) return 'stopping';
  // As it stands now: rows were refused, and the evidence may be gone with the rest.
  await finish(deps, (await findErasure(deps.store, consentId)) ?? erasure);
  return 'finished';
}

/** Ends what waits, and asks what runs to stop. Whether anything still runs that will tell of its end. */
async function stopAll({ store }: Pick<Deps, 'store'>, erasure: Erasure): Promise<boolean> {
  const { consentId, accountId } = erasure;
  const open = await findOpen(store, erasure);
  if (open.length === 0) return false;
  await noteStopped(
    store,
    consentId,
    open.map(({ id }) => id),
  );
  for (const { id, purse, status } of open) {
    if (status === 'pending' && (await failPending(store, id, consentEnded('revoked')))) continue;
    await cancelGeneration(store, { accountId, purse }, id);
  }
  return (await findOpen(store, erasure)).some(({ isParked }) => !isParked);
}

const rowProblem = (consentId: string): JsonObject => ({
  reason: 'refused',
  code: 'consent_invalid',
  detail: `The consent ${consentId} was revoked.`,
  hint: 'Ask the person again: POST /v1/consent-links.',
  retryable: false,
  errors: [],
});

async function removeBytes(deps: EraseDeps, erasure: Erasure): Promise<void> {
  for (const { sha256, isGiven } of await findBytes(deps.store, erasure)) {
    if (isGiven)
      for (const { engine } of deps.engines.values())
        if (engine.kind === 'local') await engine.forget?.(sha256);
    if (await removeBytesFor(deps.store, sha256, (hash) => deps.files.remove(hash)))
      await noteBytesGone(deps.store, erasure, sha256);
  }
}

async function finish(deps: EraseDeps, erasure: Erasure): Promise<void> {
  const { store } = deps;
  const id = newId('cert');
  const finishedAt = await readClock(store);
  const certificate = await writeCertificate(deps, {
    id,
    issuer: deps.certificates.issuer(),
    erasure,
    finishedAt,
    stopped: await listStopped(store, erasure),
    erased: await listErased(store, erasure.consentId),
  });
  await finishErasure(store, erasure, { id, finishedAt, certificate: deps.certificates.sign(certificate) });
}
