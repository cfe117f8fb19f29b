import type { Print } from './draw-print.ts';
import type { Features } from './features.ts';
import type { Motion } from './motion.ts';
import type { View } from './view.ts';

/** Everything needed to draw any picture between two neighbouring views. */
export interface Morph {
  from: View;
  to: View;
  motion: Motion;
  /** For each cell, 0 where only the first view shows it, 1 where only the second does, 0.5 where both do. */
  owner: Float32Array;
  /** A part goes out of sight on one side while its like comes into sight on the other: first out, then in. */
  handsOver: boolean;
  /** The first and the last column, in cells, that either view reaches in each row or in the rows around it. */
  first: Int32Array;
  last: Int32Array;
  /** What the first photo's linear red, green and blue must be multiplied by to be as bright as the second's. */
  gain: [number, number, number];
  /** What turns round under light that stands still; `from` and `to` are then without it. */
  print?: Print;
  /** 0 to 1: how clean the pictures between the views are; below `cleanEnough` better cut than turn. */
  quality: number;
}

/** What the judgements below look at, all on one grid. */
export interface Seen {
  a: Features;
  b: Features;
  motion: Motion;
  owner: Float32Array;
}
