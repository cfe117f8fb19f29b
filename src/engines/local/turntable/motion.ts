/**
 * How two views correspond, seen from half-way between them: what stands at (x, y) of the half-way picture stands
 * at (x - across/2, y - down/2) in the first view and at (x + across/2, y + down/2) in the second. In cells.
 */
export interface Motion {
  width: number;
  height: number;
  cell: number;
  across: Float32Array;
  down: Float32Array;
  /** How unlike the two views remain there. */
  misfit: Float32Array;
}
