import type { Json } from '../../domain/json.ts';
import { type MediaKind, mediaKinds } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { type Graph, withoutNodes } from './graph.ts';
import type { SettingSlot, Slot } from './slots.ts';
import type { Workflow } from './workflow.ts';

/**
 * The graph for one plan. `uploaded` are the names that the server gave the references, in the order of the plan. Slots that
 * get nothing are taken out, with what cannot do without them.
 */
export function fillWorkflow(workflow: Workflow, plan: Plan, uploaded: readonly string[]): Graph {
  const filled: [Slot, Json][] = [];
  const values: Record<SettingSlot, Json> = {
    prompt: plan.prompt,
    seed: plan.seed,
    width: plan.width,
    height: plan.height,
    frames: framesOf(workflow, plan.durationSeconds),
    seconds: plan.durationSeconds,
    fps: workflow.fps,
  };
  for (const [name, slots] of Object.entries(workflow.settings))
    for (const slot of slots) filled.push([slot, values[name as SettingSlot]]);
  const given: Record<MediaKind, string[]> = { image: [], video: [], audio: [] };
  for (const [index, { kind }] of plan.references.entries()) given[kind].push(uploaded[index] ?? '');
  const isFirstFrame = plan.endpoint === 'image-to-video';
  const empty: Slot[] = [];
  const fill = (slot: Slot, name: string | undefined) => {
    if (name === undefined) empty.push(slot);
    else filled.push([slot, name]);
  };
  if (workflow.firstFrame !== undefined) fill(workflow.firstFrame, isFirstFrame ? given.image[0] : undefined);
  for (const kind of mediaKinds)
    for (const [index, slot] of workflow.references[kind].entries())
      fill(slot, isFirstFrame ? undefined : given[kind][index]);
  const graph = withoutNodes(
    workflow.graph,
    empty.map(({ node }) => node),
  );
  for (const [{ node, input }, value] of filled) {
    const place = graph[node];
    // What hung on an empty slot is gone, and its settings with it.
    if (place !== undefined) place.inputs[input] = value;
  }
  return graph;
}

/** The nearest number on the grid that the model works in. */
function framesOf({ fps, frameGrid: { every, plus } }: Workflow, seconds: number): number {
  return Math.max(1, Math.round((seconds * fps - plus) / every)) * every + plus;
}
