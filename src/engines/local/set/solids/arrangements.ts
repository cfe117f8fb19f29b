import type { Light3 } from '../linear-light.ts';
import { arch, block, cylinder, disc, halfDome, type Solid, sphere } from './shapes.ts';

/** Paints of one still life. */
export interface Tones {
  strong: Light3;
  pale: Light3;
  deep: Light3;
  near: Light3;
  between: Light3;
}

export interface Room {
  /** 1 in a wide frame, less in a narrow one. */
  spread: number;
  /** How much taller uprights are in a tall frame. */
  lift: number;
  /** The side away from the lamp: 1 is right. */
  away: number;
}

/** Bodies that stand together at `x`, `z` of the floor. */
export interface ArrangedPiece {
  x: number;
  z: number;
  solids: Solid[];
}

type Arrangement = (room: Room, tones: Tones, random: () => number) => ArrangedPiece[];

/** A gate with a ball before it, a column that carries one, and small company in front. */
const gate: Arrangement = ({ spread, lift, away }, tones, random) => {
  const jitter = () => (random() - 0.5) * 0.03;
  const at = (x: number, z: number) => ({ x: (x + jitter()) * spread * away, z });
  const back = at(0.1, 0.42);
  const column = at(0.47, 0.12);
  const podium = at(-0.12, 0.0);
  const dome = at(-0.5, 0.2);
  const ball = at(0.24, -0.28);
  const columnHigh = 0.3 * lift;
  return [
    piece(back, (on) => [
      arch({ ...on, colour: tones.near }, { radius: 0.25, pillar: 0.3 * lift, thick: 0.085, deep: 0.13 }),
    ]),
    piece(column, (on) => [
      cylinder({ ...on, colour: tones.pale }, 0.075, columnHigh),
      sphere({ ...on, y: columnHigh, colour: tones.strong }, 0.082),
    ]),
    piece(podium, (on) => [
      cylinder({ ...on, colour: tones.pale }, 0.19, 0.075),
      sphere({ ...on, x: on.x + 0.02, y: 0.075, colour: tones.strong }, 0.125),
    ]),
    piece(dome, (on) => [halfDome({ ...on, colour: tones.deep }, 0.15)]),
    piece(ball, (on) => [sphere({ ...on, colour: tones.between }, 0.052)]),
  ];
};

/** Stairs, a standing disc behind them, a ball on its way down. */
const stairs: Arrangement = ({ spread, lift, away }, tones, random) => {
  const jitter = () => (random() - 0.5) * 0.03;
  const at = (x: number, z: number) => ({ x: (x + jitter()) * spread * away, z });
  const moon = at(-0.14, 0.5);
  const steps = at(0.3, 0.18);
  const column = at(-0.44, 0.1);
  const ball = at(-0.08, -0.16);
  const pebble = at(-0.34, -0.3);
  const rise = 0.1 * (0.5 + lift / 2);
  const tread = 0.135;
  return [
    piece(moon, (on) => [
      disc({ ...on, colour: tones.strong }, { radius: 0.27 * (0.7 + lift * 0.3), thick: 0.05 }),
    ]),
    piece(steps, (on) =>
      [0, 1, 2]
        .map((step) =>
          block(
            { ...on, x: on.x + away * (step * tread) * 0.5, colour: tones.near },
            { wide: tread * (3 - step), high: rise * (step + 1), deep: 0.3 - step * 0.001 },
          ),
        )
        .concat(sphere({ x: on.x - away * tread, y: rise, z: on.z - 0.04, colour: tones.pale }, 0.06)),
    ),
    piece(column, (on) => [
      cylinder({ ...on, colour: tones.pale }, 0.095, 0.2 * lift),
      halfDome({ ...on, y: 0.2 * lift, colour: tones.deep }, 0.093),
    ]),
    piece(ball, (on) => [sphere({ ...on, colour: tones.between }, 0.095)]),
    piece(pebble, (on) => [sphere({ ...on, colour: tones.strong }, 0.042)]),
  ];
};

/** A ring on a round podium, uprights of different height around it. */
const ring: Arrangement = ({ spread, lift, away }, tones, random) => {
  const jitter = () => (random() - 0.5) * 0.03;
  const at = (x: number, z: number) => ({ x: (x + jitter()) * spread * away, z });
  const tall = at(0.44, 0.45);
  const middle = at(0, 0.06);
  const low = at(-0.44, 0.32);
  const cube = at(0.36, -0.08);
  const ball = at(-0.28, -0.2);
  return [
    piece(tall, (on) => [
      arch({ ...on, colour: tones.near }, { radius: 0.15, pillar: 0.36 * lift, thick: 0.3, deep: 0.12 }),
    ]),
    piece(low, (on) => [
      cylinder({ ...on, colour: tones.deep }, 0.13, 0.2 * lift),
      sphere({ ...on, y: 0.2 * lift, colour: tones.pale }, 0.07),
    ]),
    piece(middle, (on) => [
      cylinder({ ...on, colour: tones.pale }, 0.24, 0.06),
      cylinder({ ...on, y: 0.06, colour: tones.pale }, 0.17, 0.05),
      disc(
        { ...on, y: 0.108, colour: tones.strong },
        { radius: 0.175, thick: 0.075, hole: 0.105, turn: 0.35 * away },
      ),
    ]),
    piece(cube, (on) => [
      block({ ...on, colour: tones.between }, { wide: 0.15, high: 0.15, deep: 0.15, turn: 0.5 }),
      sphere({ ...on, y: 0.15, colour: tones.pale }, 0.042),
    ]),
    piece(ball, (on) => [sphere({ ...on, colour: tones.strong }, 0.066)]),
  ];
};

export const arrangements: [Arrangement, ...Arrangement[]] = [gate, stairs, ring];

function piece(
  at: { x: number; z: number },
  build: (at: { x: number; z: number }) => Solid[],
): ArrangedPiece {
  return { ...at, solids: build(at) };
}
