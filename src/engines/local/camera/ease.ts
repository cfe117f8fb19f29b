/** Starts and ends softly and holds an even speed between: the first and last fifth are the ramps. 0 to 1. */
export function ease(linear: number): number {
  const ramp = 0.2;
  const top = 1 / (1 - ramp);
  if (linear <= 0) return 0;
  if (linear >= 1) return 1;
  if (linear < ramp) return (top * linear * linear) / (2 * ramp);
  if (linear > 1 - ramp) return 1 - (top * (1 - linear) ** 2) / (2 * ramp);
  return top * (linear - ramp / 2);
}
