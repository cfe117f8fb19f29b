import type { Light, SetStyle, StudioSet, Surface } from '../../../domain/storyboard.ts';
import type { Directions } from '../understand/directions.ts';
import { hexOfOklab, type Oklab } from '../understand/oklab.ts';

/** The set as the prompt asks for it; what it leaves open suits the light, or is drawn by lot. */
export function chooseSet(options: {
  directions: Directions;
  colours: { wall: Oklab; accent: Oklab };
  random: () => number;
}): StudioSet {
  const { directions, colours, random } = options;
  const draw = <T>(choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  // All lots are drawn in one order, whatever the prompt settles: one more word does not change the rest.
  const lots = {
    from: draw(['left', 'right'] as const),
    feature: draw(['none', 'disc', 'arch', 'window', 'none'] as const),
    outdoorLight: draw(['golden_hour', 'soft'] as const),
  };
  const style: SetStyle = directions.set ?? 'studio';
  const light: Light = directions.light ?? (style === 'outdoors' ? lots.outdoorLight : 'soft');
  const plain = style === 'studio' && !unfeatured.includes(light);
  return {
    style,
    surface: directions.surface ?? surfaceFor(style, light),
    light,
    lightFrom: directions.lightFrom ?? lots.from,
    wall: hexOfOklab(colours.wall),
    accent: hexOfOklab(colours.accent),
    feature: style === 'room' ? 'window' : plain ? lots.feature : 'none',
    plinth: directions.plinth === true ? 'round' : 'none',
    foreground:
      directions.dof !== false && (directions.dof === true || style === 'outdoors' || style === 'night')
        ? 'bokeh'
        : 'none',
  };
}

/** Lights that paint the wall themselves. */
const unfeatured: readonly Light[] = ['neon', 'low_key', 'golden_hour', 'moonlight'];

function surfaceFor(style: SetStyle, light: Light): Surface {
  if (style === 'outdoors') return 'wood';
  if (style === 'night' || light === 'neon') return 'glossy';
  return style === 'room' ? 'wood' : 'seamless';
}
