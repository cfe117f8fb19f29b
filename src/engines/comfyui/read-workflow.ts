import { readFileSync } from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import { type About, aboutSchema } from './about.ts';
import { capabilitiesOf } from './capabilities.ts';
import { type Graph, nodeSchema, wiredTo } from './graph.ts';
import { inputsOf, parseSlotName, type SettingSlot, type Slot, settingSlots } from './slots.ts';
import type { Workflow } from './workflow.ts';

/**
 * Reads a workflow in ComfyUI's API format whose nodes name their slots in their titles, as in `kinora: prompt`. Throws one
 * AppError that names every fault and its remedy.
 */
export function readWorkflow(path: string): Workflow {
  const faults: string[] = [];
  const { graph, about } = parseFile(path, faults);
  const found = findSlots(graph, faults);
  const output = findOutput(graph, found.outputs, faults);
  if (found.settings.prompt.length === 0)
    faults.push('no node is titled "kinora: prompt", so there is nowhere to put the prompt');
  for (const side of ['width', 'height'] as const)
    if (found.settings[side].length === 0)
      faults.push(`no node is titled "kinora: ${side}", so the video cannot have the size that is asked for`);
  if (found.settings.frames.length + found.settings.seconds.length === 0 && about.durations?.length !== 1)
    faults.push(
      'no node is titled "kinora: frames" or "kinora: seconds": add one, or name the one length that it makes as {"kinora": {"durations": [5]}}',
    );
  const references = numbered(found.references, faults);
  if (faults.length > 0) throw unusable(path, faults);
  const workflow = {
    graph,
    settings: found.settings,
    references,
    firstFrame: found.firstFrame,
    output,
    fps: about.fps ?? 24,
    frameGrid: about.frames ?? { every: 1, plus: 0 },
  };
  const capabilities = capabilitiesOf(workflow, about);
  if (typeof capabilities === 'string') throw unusable(path, [capabilities]);
  return { ...workflow, capabilities };
}

function parseFile(path: string, faults: string[]): { graph: Graph; about: About } {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw unusable(path, [cause instanceof Error ? cause.message : String(cause)]);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw unusable(path, ['it is not an object of nodes']);
  if ('nodes' in content && 'links' in content)
    throw unusable(path, [
      'it is in the format of the editor; export it with "Export (API)", which the server can run',
    ]);
  const { kinora = {}, ...nodes } = content as Record<string, unknown>;
  const about = aboutSchema.safeParse(kinora);
  for (const { path: where, message } of about.error?.issues ?? [])
    faults.push(`kinora.${where.join('.')}: ${message}`);
  const graph: Graph = {};
  for (const [id, value] of Object.entries(nodes)) {
    const node = nodeSchema.safeParse(value);
    if (node.success) graph[id] = node.data;
    else faults.push(`"${id}" is not a node with class_type and inputs`);
  }
  return { graph, about: about.data ?? {} };
}

interface Found {
  settings: Record<SettingSlot, Slot[]>;
  references: Record<MediaKind, Map<number, Slot>>;
  firstFrame: Slot | undefined;
  outputs: string[];
}

const titlePattern = /^\s*kinora\s*:\s*(.*)$/is;

function findSlots(graph: Graph, faults: string[]): Found {
  const found: Found = {
    settings: Object.fromEntries(settingSlots.map((name) => [name, [] as Slot[]])) as Found['settings'],
    references: { image: new Map(), video: new Map(), audio: new Map() },
    firstFrame: undefined,
    outputs: [],
  };
  for (const [id, { _meta: meta }] of Object.entries(graph)) {
    const [, list] = titlePattern.exec(meta?.title ?? '') ?? [];
    if (list === undefined) continue;
    for (const entry of list.split(',').map((part) => part.trim()))
      addSlot(graph, { id, entry, found, faults });
  }
  return found;
}

function addSlot(
  graph: Graph,
  { id, entry, found, faults }: { id: string; entry: string; found: Found; faults: string[] },
): void {
  const [name = '', given] = entry.split('=').map((part) => part.trim());
  const slot = parseSlotName(name);
  if (slot === undefined) {
    faults.push(
      `node ${id} names a slot "${name}"; there are ${settingSlots.join(', ')}, first_frame, output, image1, video1, audio1 and so on`,
    );
    return;
  }
  if (slot.is === 'output') {
    found.outputs.push(id);
    return;
  }
  const input = inputFor(graph, { id, given, candidates: inputsOf(slot) });
  if ('fault' in input) {
    faults.push(`${input.fault} (slot ${name})`);
    return;
  }
  const place = { node: id, input: input.name };
  if (slot.is === 'setting') found.settings[slot.setting].push(place);
  else if (slot.is === 'first_frame') {
    if (found.firstFrame !== undefined) faults.push('first_frame is named by two nodes');
    found.firstFrame = place;
  } else {
    const ofKind = found.references[slot.kind];
    if (ofKind.has(slot.position)) faults.push(`${name} is named by two nodes`);
    ofKind.set(slot.position, place);
  }
}

function inputFor(
  graph: Graph,
  { id, given, candidates }: { id: string; given: string | undefined; candidates: readonly string[] },
): { name: string } | { fault: string } {
  const node = graph[id];
  const inputs = node?.inputs ?? {};
  const about = `node ${id} (${node?.class_type})`;
  const name = given ?? candidates.find((candidate) => candidate in inputs);
  if (name === undefined)
    return {
      fault: `${about} has no input ${candidates.join(' or ')}; name one, as in "kinora: seed=noise_seed"`,
    };
  if (!(name in inputs))
    return { fault: `${about} has no input "${name}"; it has ${Object.keys(inputs).join(', ')}` };
  const source = wiredTo(inputs[name]);
  if (source !== undefined)
    return {
      fault: `the input "${name}" of ${about} is wired to node ${source}; name the slot there instead`,
    };
  return { name };
}

const savers = ['SaveVideo', 'VHS_VideoCombine', 'SaveWEBM'];

/** The node that is named, else the only one that saves a video. */
function findOutput(graph: Graph, named: readonly string[], faults: string[]): string {
  const [only, ...others] =
    named.length > 0
      ? named
      : Object.keys(graph).filter((id) => savers.includes(graph[id]?.class_type ?? ''));
  if (only === undefined)
    faults.push(`there is no node that saves the video (${savers.join(', ')}); title it "kinora: output"`);
  if (others.length > 0)
    faults.push(`nodes ${[only, ...others].join(' and ')} save videos; title one of them "kinora: output"`);
  return only ?? '';
}

function numbered(found: Record<MediaKind, Map<number, Slot>>, faults: string[]): Record<MediaKind, Slot[]> {
  const inOrder = (kind: MediaKind) => {
    const slots: Slot[] = [];
    for (let position = 1; position <= found[kind].size; position++) {
      const slot = found[kind].get(position);
      if (slot === undefined) faults.push(`${kind}${position} is missing, though there are later ones`);
      else slots.push(slot);
    }
    return slots;
  };
  return { image: inOrder('image'), video: inOrder('video'), audio: inOrder('audio') };
}

function unusable(path: string, faults: readonly string[]): AppError {
  return new AppError(
    'invalid_request',
    `The ComfyUI workflow ${path} cannot be used: ${faults.join('; ')}.`,
    { hint: 'docs/engines/comfyui.md shows how slots are named.' },
  );
}
