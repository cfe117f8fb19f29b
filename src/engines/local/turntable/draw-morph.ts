import { createKernel, type Kernel, type MorphPair, type Surface } from '../kernel/kernel.ts';
import { drawPrint } from './draw-print.ts';
import { edgeWidth } from './edge-distance.ts';
import type { Morph } from './morph.ts';
import { tonesOf } from './tones.ts';
import type { View } from './view.ts';

/** Non-premultiplied RGBA of the size of the views. */
export interface MorphPicture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

type Drawn = Omit<Morph, 'quality'>;

/** Draws pictures between views with a kernel, which keeps what it was once given of each view and each pair. */
export interface MorphScreen {
  /**
   * Draws the picture `amount` (0 to 1) of the way from the first view to the second into `out`, which has their size. At
   * 0 and 1 it is the photo itself. Both views are bent to the shape between them; outlines mix as distances and so stay
   * one line, colours mix about as light does.
   */
  draw(morph: Drawn, amount: number, out: Surface, alpha?: 'premultiplied' | 'straight'): void;
}

export function createMorphScreen(kernel: Kernel): MorphScreen {
  const views = new Map<View, MorphPair['from']>();
  const pairs = new Map<Drawn['motion'], MorphPair>();
  const viewOf = (view: View) => {
    const { colour, shown = colour, edge } = view;
    const known = views.get(view) ?? { colour: kernel.place(shown), edge: kernel.place(edge) };
    views.set(view, known);
    return known;
  };
  const pairOf = (morph: Drawn) => {
    const known = pairs.get(morph.motion) ?? pairIn(kernel, morph, viewOf);
    pairs.set(morph.motion, known);
    return known;
  };
  return {
    draw(morph, amount, out, alpha = 'premultiplied') {
      const tones = { from: tonesOf(morph.gain, amount), to: tonesOf(morph.gain, amount - 1) };
      kernel.drawMorph(out, pairOf(morph), { amount, tones, alpha });
      const { print } = morph;
      if (print !== undefined)
        drawPrint(print, amount, { pixels: kernel.pixels(out), width: out.width, alpha });
    },
  };
}

/** For who looks at the pictures instead of showing them: one after the other, in memory that is let go with this. */
export function createMorphStudy(): (morph: Drawn, amount: number) => MorphPicture {
  const kernel = createKernel();
  const screen = createMorphScreen(kernel);
  let surface: Surface | undefined;
  return (morph, amount) => {
    const { width, height } = morph.from;
    if (surface?.width !== width || surface.height !== height) surface = kernel.surface(width, height);
    screen.draw(morph, amount, surface, 'straight');
    return { width, height, data: Uint8ClampedArray.from(kernel.pixels(surface)) };
  };
}

function pairIn(kernel: Kernel, morph: Drawn, viewOf: (view: View) => MorphPair['from']): MorphPair {
  const { from, to, motion, owner, handsOver, first, last } = morph;
  const { width: columns, height: rows, cell, across, down, misfit } = motion;
  const cells = new Float32Array(columns * rows * 4);
  for (let at = 0; at < columns * rows; at++)
    cells.set([across[at] ?? 0, down[at] ?? 0, owner[at] ?? 0, misfit[at] ?? 0], at * 4);
  const reach = Int32Array.from({ length: rows * 2 }, (_, at) => (at % 2 === 0 ? first : last)[at >> 1] ?? 0);
  return {
    width: from.width,
    height: from.height,
    from: viewOf(from),
    to: viewOf(to),
    cells: kernel.place(cells),
    reach: kernel.place(reach),
    columns,
    rows,
    still: Math.min(columns - 1, Math.round(from.axis / cell)),
    handsOver,
    cell,
    edgeWidth,
  };
}
