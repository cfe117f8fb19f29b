/** What a finished video is held against. Closed. */
export const checkNames = [
  'duration',
  'size',
  'codecs',
  'fast_start',
  'black',
  'frozen',
  'sound',
  'loudness',
  'product_visible',
  'product_uncut',
  'product_colour',
  'captions_safe',
] as const;

export type CheckName = (typeof checkNames)[number];

/** `failed`: it cannot be delivered; `warning`: a person should look at it. */
export const checkStatuses = ['passed', 'warning', 'failed'] as const;

export type CheckStatus = (typeof checkStatuses)[number];

/** One promise about a video, and what was found when it was opened and looked at. */
export type Check = {
  name: CheckName;
  status: CheckStatus;
  /** For a person: what was found, and where. */
  message: string;
  /** In the unit that the message names. */
  measured?: number;
  limit?: number;
  /** JSON pointer into the storyboard, where one part of it is meant. */
  pointer?: string;
};

/** Below this mean luma, 0 to 1, a picture shows nothing. */
export const blackLuma = 0.03;

/** Runs of frames for which `holds` is true and which are at least `least` long; `to` is the first frame after. */
export function stretchesOf(
  frames: number,
  { holds, least }: { holds(frame: number): boolean; least: number },
): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  let from = 0;
  for (let frame = 0; frame <= frames; frame++) {
    if (frame < frames && holds(frame)) continue;
    if (frame - from >= least) stretches.push({ from, to: frame });
    from = frame + 1;
  }
  return stretches;
}
