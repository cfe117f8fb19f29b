import type { SubjectAction } from '../../../domain/storyboard.ts';

/** How far a subject is above where it stands, in short sides of the frame, `seconds` after its shot began. */
export function liftAt(action: SubjectAction, seconds: number, shotSeconds: number): number {
  if (action === 'floats') return floatHeight + floatSway * Math.sin((2 * Math.PI * seconds) / 3.1);
  if (action === 'rises') return 1.2 * floatHeight * smooth(seconds / (shotSeconds * 0.85));
  if (action === 'drops_in') return fall(seconds);
  return 0;
}

/** The highest a subject that is framed whole comes; before it lands, one that drops in is not. */
export function highestLift(action: SubjectAction): number {
  if (action === 'floats') return floatHeight + floatSway;
  return action === 'rises' ? 1.2 * floatHeight : action === 'drops_in' ? reboundHeight : 0;
}

/** When a subject that drops in touches the floor, seconds after its shot began. */
export const landingSeconds = 0.5;
const reboundSeconds = 0.24;
/** When it lies still: it rebounds once. */
export const restSeconds = landingSeconds + reboundSeconds;

const floatHeight = 0.075;
const floatSway = 0.011;
const fallHeight = 1.25;
const reboundHeight = 0.018;

/** Falls freely, rebounds once and a little, and lies still. */
function fall(seconds: number): number {
  if (seconds < landingSeconds) return fallHeight * (1 - (Math.max(0, seconds) / landingSeconds) ** 2);
  const since = (seconds - landingSeconds) / reboundSeconds;
  return since < 1 ? reboundHeight * 4 * since * (1 - since) : 0;
}

function smooth(linear: number): number {
  const t = Math.min(1, Math.max(0, linear));
  return t * t * (3 - 2 * t);
}
