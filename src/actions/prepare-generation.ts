import { randomInt } from 'node:crypto';
import { chooseAspectRatio } from '../domain/choose-aspect-ratio.ts';
import { refuseConsent } from '../domain/consent.ts';
import type { Plan } from '../domain/plan.ts';
import type { Reference } from '../domain/request.ts';
import type { NewGeneration } from '../store/submit-generation.ts';
import type { Caller } from './caller.ts';
import { checkReceiver } from './check-receiver.ts';
import type { Deps } from './deps.ts';
import { type People, planCommand } from './plan-command.ts';
import { priceCommand, type Sale } from './price-command.ts';
import { requireConsents } from './require-consents.ts';
import { withReferences } from './snapshot-references.ts';
import type { SubmitCommand } from './submit-command.ts';

/**
 * Everything that comes before the hold: priced, references in hand and kept, planned. Whoever does not hold it then
 * deletes `newFileIds`. `references` are those that an earlier try has kept: then nothing is fetched. `freshSeed` is
 * the seed where the command names none. Throws AppError for a refusal, which leaves nothing behind.
 */
export async function prepareGeneration(
  deps: Deps,
  wanted: {
    caller: Caller;
    command: SubmitCommand;
    /** Who makes it for how much, where that is known already. */
    sale?: Sale | undefined;
    references?: Reference[] | undefined;
    freshSeed?: number | undefined;
  },
): Promise<{ generation: NewGeneration; newFileIds: string[] }> {
  const { caller, command, references: kept, freshSeed = randomInt(2 ** 31) } = wanted;
  checkWebhook(deps, command);
  const sale = wanted.sale ?? (await priceCommand(deps, caller, command));
  const make = (references: Reference[], people: People) => {
    const plan = planCommand(deps, { sale, command, references, people, freshSeed });
    return { generation: newGeneration(caller, command, sale, plan), newFileIds: [] };
  };
  if (kept !== undefined) return make(kept, await stillAgreed(deps, caller, command, { sale, kept }));
  const use = { engine: sale.engine.name, workflow: command.workflow };
  const options = { owner: caller, use, wanted: command.references };
  return withReferences(deps, options, async (snapshots) => {
    const { generation } = make(snapshots.references, snapshots);
    // Only what is planned is kept, so that a refusal leaves nothing behind.
    const { references, newFileIds } = await snapshots.keep();
    return { generation: { ...generation, plan: { ...generation.plan, references } }, newFileIds };
  });
}

/** What those have agreed to who are seen in references that an earlier try has kept. */
async function stillAgreed(
  { store }: Pick<Deps, 'store'>,
  caller: Caller,
  command: SubmitCommand,
  { sale, kept }: { sale: Sale; kept: readonly Reference[] },
): Promise<People> {
  const use = { engine: sale.engine.name, workflow: command.workflow };
  const people = kept.map(({ role, consentId }, index) => ({
    role,
    consentId,
    fileConsentId: undefined,
    pointer: command.references[index]?.pointer ?? '',
  }));
  const { consents, notes } = await requireConsents(store, caller, use, people);
  return {
    notes,
    refuseUse: (other) =>
      consents.map((consent) => refuseConsent(consent, other)).find((why) => why !== undefined),
  };
}

/** What a command would hold, before its references are in hand: enough to ask whether a hold would be refused. */
export async function roughGeneration(
  deps: Pick<Deps, 'store' | 'engines'>,
  caller: Caller,
  command: SubmitCommand,
): Promise<NewGeneration> {
  const sale = await priceCommand(deps, caller, command);
  const { endpoint, prompt, durationSeconds, generateAudio } = command;
  const { aspectRatio } = chooseAspectRatio(command.aspectRatio, []);
  const shape = { endpoint, prompt, durationSeconds, aspectRatio, generateAudio };
  const { name: engine, capabilities } = sale.engine;
  const nothing = { references: [], width: 0, height: 0, seed: 0, adjustments: [] };
  return newGeneration(caller, command, sale, { ...shape, ...nothing, engine, model: capabilities.model });
}

/** Before anything is fetched or held: an address that could never be told is refused. */
export function checkWebhook({ fetch }: Pick<Deps, 'fetch'>, { webhook }: SubmitCommand): void {
  if (webhook !== undefined) checkReceiver(fetch, webhook.url, '/webhook_url');
}

function newGeneration(
  caller: Caller,
  command: SubmitCommand,
  { price, priceBook, quote }: Sale,
  plan: Plan,
): NewGeneration {
  const { prompt, workflow, batchId, tags, endUserId, priority, metadata, webhook, simulate } = command;
  const { startWithinSeconds, expiresInSeconds } = command;
  const labels = { prompt, workflow, batchId, tags, endUserId, priority, metadata, webhook, simulate };
  const details = { ...labels, startWithinSeconds, expiresInSeconds };
  return { ...caller, ...details, plan, price, priceBook, quote };
}
