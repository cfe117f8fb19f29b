import { revokeConsent as takeBack } from '../store/consents.ts';
import type { Owner } from '../store/read-generations.ts';
import { type EraseDeps, eraseConsent } from './erase-consent.ts';

/**
 * Takes a consent back and begins at once with what follows; what is not done when this answers, workers go on with, also
 * after a crash. Revoking again goes on too. False if it is not this owner's. Rejects only where nothing was revoked.
 */
export async function revokeConsent(
  deps: EraseDeps,
  options: { owner: Owner; id: string; actor: string; reason: string | undefined },
  onUnexpected: (error: unknown) => void,
): Promise<boolean> {
  const { owner, id, actor, reason } = options;
  const revoked = await takeBack(deps.store, owner, id, { actor, reason });
  if (revoked === undefined) return false;
  await eraseConsent(deps, id).catch(onUnexpected);
  return true;
}
