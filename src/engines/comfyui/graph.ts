import { z } from 'zod';
import type { Json } from '../../domain/json.ts';

const inputSchema = z.json();

export const nodeSchema = z.object({
  class_type: z.string(),
  inputs: z.record(z.string(), inputSchema),
  _meta: z.object({ title: z.string().optional() }).optional(),
});

export type GraphNode = z.infer<typeof nodeSchema>;

/** A workflow in the form that the server runs: nodes by id. */
export type Graph = Record<string, GraphNode>;

/** The node that an input is wired to; undefined where it holds a value. */
export function wiredTo(input: Json | undefined): string | undefined {
  if (!Array.isArray(input) || input.length !== 2) return undefined;
  const [node, output] = input;
  return typeof node === 'string' && typeof output === 'number' ? node : undefined;
}

/** Inputs that a node of ComfyUI itself can do without. Those that grow with what is given have a dot in their names. */
const optionalInputs: Record<string, readonly string[]> = {
  CreateVideo: ['audio'],
  WanVaceToVideo: ['control_video', 'control_masks', 'reference_image'],
  WanImageToVideo: ['start_image', 'clip_vision_output'],
  WanFirstLastFrameToVideo: ['start_image', 'end_image', 'clip_vision_start_image', 'clip_vision_end_image'],
  WanAnimateToVideo: [
    'reference_image',
    'face_video',
    'pose_video',
    'background_video',
    'character_mask',
    'continue_motion',
    'clip_vision_output',
  ],
  WanSoundImageToVideo: ['audio_encoder_output', 'ref_image', 'control_video', 'ref_motion'],
  WanHuMoImageToVideo: ['audio_encoder_output', 'ref_image'],
  WanPhantomSubjectToVideo: ['images'],
  WanFunControlToVideo: ['start_image', 'control_video', 'clip_vision_output'],
  Wan22FunControlToVideo: ['ref_image', 'control_video'],
  Wan22ImageToVideoLatent: ['start_image'],
};

const canLack = ({ class_type: type }: GraphNode, input: string) =>
  input.includes('.') || optionalInputs[type]?.includes(input) === true;

/**
 * The graph without some of its nodes, and without what cannot do without them: where an input is optional or one of a
 * growing number, only that input goes.
 */
export function withoutNodes(graph: Graph, unwanted: readonly string[]): Graph {
  const gone = new Set(unwanted);
  const rest = structuredClone(graph);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, node] of Object.entries(rest)) {
      if (gone.has(id)) {
        delete rest[id];
        changed = true;
        continue;
      }
      for (const [name, input] of Object.entries(node.inputs)) {
        const source = wiredTo(input);
        if (source === undefined || !gone.has(source)) continue;
        if (canLack(node, name)) delete node.inputs[name];
        else gone.add(id);
        changed = true;
      }
    }
  }
  return rest;
}
