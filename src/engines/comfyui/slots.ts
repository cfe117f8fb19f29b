import { type MediaKind, mediaKinds } from '../../domain/media-facts.ts';

/** What a workflow can be given by name, beside its references. */
export const settingSlots = ['prompt', 'seed', 'width', 'height', 'frames', 'seconds', 'fps'] as const;

export type SettingSlot = (typeof settingSlots)[number];

/** A place of a workflow that a value goes to. */
export interface Slot {
  node: string;
  input: string;
}

/** The inputs that a slot may mean where its title does not say which, the likeliest first. */
const usualInputs: Record<SettingSlot | MediaKind, readonly string[]> = {
  prompt: ['text', 'prompt', 'value'],
  seed: ['seed', 'noise_seed', 'value'],
  width: ['width', 'value'],
  height: ['height', 'value'],
  frames: ['length', 'num_frames', 'frames', 'frame_count', 'value'],
  seconds: ['seconds', 'duration', 'value'],
  fps: ['fps', 'frame_rate', 'value'],
  image: ['image'],
  video: ['file', 'video'],
  audio: ['audio'],
};

/** What the name of a slot means. */
export type SlotName =
  | { is: 'setting'; setting: SettingSlot }
  | { is: 'reference'; kind: MediaKind; position: number }
  | { is: 'first_frame' }
  | { is: 'output' };

export function parseSlotName(name: string): SlotName | undefined {
  const setting = settingSlots.find((known) => known === name);
  if (setting !== undefined) return { is: 'setting', setting };
  if (name === 'first_frame' || name === 'output') return { is: name };
  const [, word, position] = /^([a-z]+)([1-9]\d?)$/.exec(name) ?? [];
  const kind = mediaKinds.find((known) => known === word);
  return kind === undefined ? undefined : { is: 'reference', kind, position: Number(position) };
}

export function inputsOf(name: SlotName): readonly string[] {
  switch (name.is) {
    case 'setting':
      return usualInputs[name.setting];
    case 'reference':
      return usualInputs[name.kind];
    case 'first_frame':
      return usualInputs.image;
    case 'output':
      return [];
  }
}
