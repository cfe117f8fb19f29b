import { eraseConsent } from '../actions/erase-consent.ts';
import { findDueErasures } from '../store/erasures.ts';
import type { PipelineDeps } from './deps.ts';

const atOnce = 20;

/** Goes on with what revocations ask for, wherever it was left. One that cannot go on keeps no other from it. */
export async function finishErasures(deps: PipelineDeps): Promise<void> {
  for (const id of await findDueErasures(deps.store, atOnce))
    await eraseConsent(deps, id).catch((error: unknown) =>
      deps.onUnexpected(error, `deleting what belongs to ${id}`),
    );
}
