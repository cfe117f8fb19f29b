import type { Kernel, Surface } from '../kernel/kernel.ts';
import { createMorphScreen } from '../turntable/draw-morph.ts';
import type { Turn } from '../turntable/turn.ts';
import { turnAt } from '../turntable/turn-at.ts';
import type { ActorLayer, PlacedBitmap } from './layer.ts';

/** The picture of a turning subject at a share of its shot; undefined for one that does not turn. */
export type TurnScreen = (layer: ActorLayer, share: number) => TurnedPicture | undefined;

interface TurnedPicture {
  picture: Surface;
  placed: PlacedBitmap;
  pair: number;
  amount: number;
  /** The same outline in white, on which a band of light is seen. */
  outline(): Surface;
}

export function createTurnScreen(kernel: Kernel, turns: readonly Turn[]): TurnScreen {
  const morphs = createMorphScreen(kernel);
  const screens = turns.map((turn) => ({
    turn,
    surface: kernel.surface(turn.width, turn.height),
    white: kernel.surface(turn.width, turn.height),
  }));
  return ({ turn: given }, share) => {
    if (given === undefined) return undefined;
    const screen = screens[given.turn];
    if (screen === undefined) throw new Error(`The turn ${given.turn} was not prepared.`);
    const { turn, surface, white } = screen;
    const { pair, amount } = turnAt(turn, given.from + (given.to - given.from) * share);
    const morph = turn.morphs[pair];
    if (morph === undefined) throw new Error(`The turn ${given.turn} has no view ${pair}.`);
    morphs.draw(morph, amount, surface);
    const placed = { bitmap: -1, anchorX: turn.axis, anchorY: turn.base, scale: given.scale };
    return {
      picture: surface,
      placed,
      pair,
      amount,
      outline() {
        const { width, height } = turn;
        return kernel.load({ width, height, data: whitened(kernel.pixels(surface)) }, white);
      },
    };
  };
}

function whitened(data: Uint8Array): Uint8ClampedArray {
  const white = new Uint8ClampedArray(data.length).fill(255);
  for (let at = 3; at < data.length; at += 4) white[at] = data[at] as number;
  return white;
}
