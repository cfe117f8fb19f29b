import type { Light, SetStyle, SubjectAction, Surface } from '../../../../domain/storyboard.ts';

export { lights, setStyles, subjectActions, surfaces } from '../../../../domain/storyboard.ts';
export type { Light, SetStyle, SubjectAction, Surface };

export const moves = [
  'orbit_left',
  'orbit_right',
  'push_in',
  'pull_out',
  'zoom_in',
  'zoom_out',
  'pan_left',
  'pan_right',
  'truck_left',
  'truck_right',
  'tilt_up',
  'tilt_down',
  'crane_up',
  'crane_down',
  'handheld',
  'whip',
  'static',
] as const;
/** Sides are the camera's own: `orbit_right` and `truck_right` travel to its right, `pan_right` looks there. */
export type Move = (typeof moves)[number];

export const lightSides = ['left', 'right'] as const;
export type LightSide = (typeof lightSides)[number];

export const paces = ['slow', 'normal', 'fast'] as const;
export type Pace = (typeof paces)[number];

export interface CameraDirection {
  move: Move;
  /** Absent: as the film, see `Directions.pace`. */
  pace?: Pace;
}

export const warmths = ['warm', 'neutral', 'cool'] as const;
export type Warmth = (typeof warmths)[number];

export const transitionKinds = ['cut', 'dissolve', 'whip', 'match', 'wipe'] as const;
export type TransitionKind = (typeof transitionKinds)[number];

export const captionTimes = ['start', 'middle', 'end', 'whole'] as const;
export interface CaptionDirection {
  /** As written in the prompt, at most 120 characters. */
  text: string;
  at: (typeof captionTimes)[number];
}

export const tagKinds = ['image', 'video', 'audio'] as const;
export const tagRoles = [
  'hero',
  'product',
  'style',
  'logo',
  'scene',
  'detail',
  'background',
  'camera',
  'clip',
  'beat',
  'music',
  'voice',
  'opening',
  'closing',
] as const;
export interface TagDirection {
  kind: (typeof tagKinds)[number];
  /** The n of `@Image1`. Not checked here against the references of the request. */
  position: number;
  as: (typeof tagRoles)[number];
}

export interface Arrival extends Pick<TagDirection, 'kind' | 'position'> {
  by: TransitionKind;
}

/** What a prompt says about the picture, in the words this renderer can follow. */
export interface Directions {
  /** In the order they are to be shown. Empty: the prompt names none, the storyboard chooses. */
  camera: CameraDirection[];
  /** Of the whole film. */
  pace: Pace;
  action?: SubjectAction;
  light?: Light;
  /** The side of the frame that the light comes from. */
  lightFrom?: LightSide;
  warmth: Warmth;
  /** Of the set, as `#rrggbb`. */
  colour?: string;
  surface?: Surface;
  set?: SetStyle;
  plinth?: boolean;
  /** Between shots that no `arrivals` speak of, in turn. */
  transitions: TransitionKind[];
  /** How the shot of a named picture or clip begins, in the order of the prompt: "dissolve to @Image3". */
  arrivals?: Arrival[];
  captions: CaptionDirection[];
  tags: TagDirection[];
  dof?: boolean;
  /** A glint of light that passes over the product. */
  sweep?: boolean;
  /** The product has clear glass, through which the set is seen. */
  glass?: boolean;
}
