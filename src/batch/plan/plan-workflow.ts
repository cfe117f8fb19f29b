import type { Client } from '../../client/index.ts';
import { requestLimits } from '../../domain/request.ts';
import { createFingerprints } from '../fingerprint.ts';
import type { OpenWorkflow } from '../open-workflow.ts';
import type { HashedReference, Recipe } from '../plan-row.ts';
import { rowReferences } from '../row-references.ts';
import type { Spool } from '../run/spool.ts';
import { capLimits } from './cap-limits.ts';
import { findEngine, type PlannedEngine } from './find-engine.ts';
import { type Choice, planRows, type RowsPlan } from './plan-rows.ts';
import { priceRows, type RowsPrice } from './price-rows.ts';
import { recordsOf } from './records-of.ts';
import { type Stop, whereItStops } from './where-it-stops.ts';

/** What a run of a workflow would make, why, for how much, and where it would stop. */
export interface WorkflowPlan extends RowsPlan {
  workflow: string;
  source: string;
  engine: PlannedEngine;
  video: { durationSeconds: number; aspectRatio: string };
  price: RowsPrice;
  etaSeconds: number;
  stop: Stop | undefined;
  /** How references were looked at, and how old what is known of them is; undefined where there are none. */
  references: string | undefined;
  /** URLs that hold other bytes than those that were accepted: rows with them keep to what was. */
  drifts: string[];
  /** What else is other than `kinora.lock` has it: used as it is, and told. */
  differences: string[];
}

/** Makes nothing and spends nothing; reads the source once. */
export async function planWorkflow(
  { client, signal }: { client: Client; signal: AbortSignal },
  open: OpenWorkflow,
  options: { choice: Choice; listed: number; spool?: Spool; onRows?(rows: number): void },
): Promise<WorkflowPlan> {
  const { workflow, source } = open;
  const { name, endpoint, duration: durationSeconds, aspect_ratio: aspectRatio } = workflow;
  const engine = await findEngine(
    { client, signal },
    { workflow: name, endpoint, durationSeconds, engine: workflow.engine },
  );
  const fingerprints = createFingerprints({
    endpoint,
    durationSeconds,
    aspectRatio,
    seed: workflow.seed,
    generateAudio: workflow.generate_audio ?? true,
    engine: engine.name,
    model: engine.model,
    template: open.template,
    bundle: open.bundle,
  });
  const planned = await planRows({
    source: source.name,
    records: source.rows(signal),
    recipe: await recipeOf(open, engine),
    expand: open.expand,
    fingerprints,
    known: recordsOf({ client, signal }, name),
    choice: options.choice,
    spool: options.spool,
    listed: options.listed,
    ...(options.onRows === undefined ? {} : { onRows: options.onRows }),
  });
  const quote = await engine.quote(planned.toMake);
  const { data: packs } = await client.packs.list({ signal });
  const caps = await capLimits({ client, signal }, workflow);
  return {
    ...planned,
    workflow: name,
    source: source.name,
    engine,
    video: { durationSeconds, aspectRatio },
    price: priceRows(planned.toMake, {
      each: quote.each,
      packs,
      availableCredits: quote.availableCredits,
    }),
    etaSeconds: quote.etaSeconds,
    stop: whereItStops(planned.toMake, {
      creditsEach: quote.each.credits,
      limits: [...quote.limits, ...caps],
    }),
    references: open.urls.describe(),
    drifts: open.urls.drifts.map(({ url }) => url),
    differences: await open.differences(),
  };
}

async function recipeOf(open: OpenWorkflow, engine: PlannedEngine): Promise<Recipe> {
  const { workflow } = open;
  const shared: HashedReference[] = [];
  for (const reference of open.shared) shared.push(await open.hash(reference));
  const of = (kind: HashedReference['kind']) => shared.filter((reference) => reference.kind === kind);
  return {
    endpoint: workflow.endpoint,
    where: workflow.where,
    photos: workflow.photos,
    render: open.render,
    variables: open.variables,
    title: open.title,
    referencesOf: rowReferences({
      endpoint: workflow.endpoint,
      photos: workflow.photos,
      shared: { brand: of('image'), video: of('video'), audio: of('audio') },
      photoPaths: open.photoPaths,
      mostImages: mostImagesOf(engine, of('video').length + of('audio').length),
      hash: open.hash,
    }),
  };
}

/** What the engine takes beside the clips and sound that every row has. */
function mostImagesOf({ mostReferences }: PlannedEngine, others: number): number {
  const { image = requestLimits.images, total = Number.POSITIVE_INFINITY } = mostReferences ?? {};
  return Math.max(1, Math.min(requestLimits.images, image, total - others));
}
