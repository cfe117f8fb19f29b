import { type Cap, capsOf } from '../batch/plan/cap-limits.ts';
import { prepareWorkflow } from '../batch/run/prepare-workflow.ts';
import type { Workflow } from '../batch/workflow.ts';
import type { Client } from '../client/index.ts';
import type { JsonObject } from '../domain/json.ts';
import type { TakenRun } from '../store/runs.ts';
import { keepApplied, readApplied } from '../store/workflow-definitions.ts';
import type { RunDeps } from './deps.ts';

/** What a workflow says of itself as a whole, by the names that its file has for it: `publish`, `caps.per_day`. */
type Said = Record<string, boolean | number>;

/**
 * Sets on the server what the workflow says of itself as a whole and did not say at its last run. What it has said all
 * along was set then: where that is other by now, a person has changed it, and it stays. Resolves with what a person
 * should know.
 */
export async function applySettings(
  { store }: Pick<RunDeps, 'store'>,
  run: TakenRun,
  { client, signal, workflow }: { client: Client; signal: AbortSignal; workflow: Workflow },
): Promise<string[]> {
  const before = (await readApplied(store, run, run.workflow)) ?? {};
  const said = saidBy(workflow);
  const isNew = (name: string) => said[name] !== undefined && said[name] !== before[name];
  const { name, review, publish, caps = {}, matrix, sink } = workflow;
  const notes: string[] = [];
  await prepareWorkflow(
    { client, signal },
    {
      name,
      matrix,
      sink,
      review: isNew('review') ? review : undefined,
      publish: isNew('publish') ? publish : undefined,
      caps: Object.fromEntries(Object.entries(caps).filter(([field]) => isNew(`caps.${field}`))),
    },
    (text) => notes.push(text),
  );
  await keepApplied(store, run, run.workflow, said);
  const old = Object.keys(said).filter((setting) => !isNew(setting));
  return old.length === 0 ? notes : [...notes, ...(await changedByHand({ client, signal }, workflow, old))];
}

function saidBy({ review, publish, caps = {} }: Workflow): Said & JsonObject {
  const all = {
    review,
    publish,
    ...Object.fromEntries(Object.entries(caps).map(([field, credits]) => [`caps.${field}`, credits])),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Said &
    JsonObject;
}

async function changedByHand(
  asking: { client: Client; signal: AbortSignal },
  workflow: Workflow,
  settings: readonly string[],
): Promise<string[]> {
  const { name } = workflow;
  const now = await asking.client.workflows.get(name, { signal: asking.signal });
  const notes: string[] = [];
  const compare = (setting: string, said: unknown, stands: unknown, remedy: string) => {
    if (settings.includes(setting) && said !== stands)
      notes.push(
        `${setting} is ${String(said)} in the workflow and ${String(stands)} on the server, where somebody has changed it: that stands. ${remedy}`,
      );
  };
  compare(
    'review',
    workflow.review,
    now.review,
    `kinora review ${onOff(workflow.review)} ${name} undoes it.`,
  );
  compare(
    'publish',
    workflow.publish,
    now.published,
    `kinora records ${workflow.publish === true ? 'publish' : 'revoke'} ${name} undoes it.`,
  );
  for (const { field, credits, budget } of await capsOf(asking, workflow))
    compare(`caps.${field}`, credits, budget?.limit_credits ?? 'gone', remedyOf(field, credits, budget));
  return notes;
}

const onOff = (value: boolean | undefined) => (value === true ? 'on' : 'off');

const remedyOf = (field: Cap['field'], credits: number, budget: Cap['budget']) =>
  budget === undefined
    ? `Another value of caps.${field} makes it anew.`
    : `kinora budgets set ${budget.id} --limit ${credits} undoes it.`;
