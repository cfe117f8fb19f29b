import type { Light3 } from '../linear-light.ts';

/**
 * Simple bodies as distance fields, after Inigo Quilez: a function tells how far a point is from the surface,
 * negative inside. Lengths in short sides of the frame; x right, y up from the floor, z away behind the subject.
 */
export interface Solid {
  colour: Light3;
  /** A ball around the body: whatever is farther from it need not be asked. */
  bound: { x: number; y: number; z: number; radius: number };
  distance(x: number, y: number, z: number): number;
}

export interface At {
  x: number;
  /** Of the body's lowest point. */
  y?: number;
  z: number;
  colour: Light3;
}

/** `Math.hypot` guards against overflow, which costs ten times the rest. */
const length = (x: number, y: number, z = 0): number => Math.sqrt(x * x + y * y + z * z);

/** All edges are broken a little, as they are on things that were made; the bevel catches the light. */
const bevel = 0.006;

export function sphere({ x, y = 0, z, colour }: At, radius: number): Solid {
  const middle = y + radius;
  return {
    colour,
    bound: { x, y: middle, z, radius },
    distance: (px, py, pz) => length(px - x, py - middle, pz - z) - radius,
  };
}

export function cylinder({ x, y = 0, z, colour }: At, radius: number, height: number): Solid {
  const half = height / 2;
  const middle = y + half;
  return {
    colour,
    bound: { x, y: middle, z, radius: length(radius, half) },
    distance: (px, py, pz) =>
      corner(length(px - x, pz - z) - radius + bevel, Math.abs(py - middle) - half + bevel),
  };
}

/** `turn` is around the upright axis, in radians. */
export function block(
  { x, y = 0, z, colour }: At,
  size: { wide: number; high: number; deep: number; turn?: number },
): Solid {
  const { wide, high, deep, turn = 0 } = size;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const middle = y + high / 2;
  return {
    colour,
    bound: { x, y: middle, z, radius: length(wide, high, deep) / 2 },
    distance: (px, py, pz) => {
      const u = (px - x) * cos + (pz - z) * sin;
      const w = (pz - z) * cos - (px - x) * sin;
      const dx = Math.abs(u) - wide / 2 + bevel;
      const dy = Math.abs(py - middle) - high / 2 + bevel;
      const dz = Math.abs(w) - deep / 2 + bevel;
      const outside = length(Math.max(dx, 0), Math.max(dy, 0), Math.max(dz, 0));
      return outside + Math.min(0, Math.max(dx, dy, dz)) - bevel;
    },
  };
}

/** An open gate: two pillars and a half circle, `thick` all along. */
export function arch(
  { x, y = 0, z, colour }: At,
  size: { radius: number; pillar: number; thick: number; deep: number; turn?: number },
): Solid {
  const { radius, pillar, thick, deep, turn = 0 } = size;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const high = pillar + radius;
  return {
    colour,
    bound: { x, y: y + high / 2, z, radius: length(radius, high / 2, deep / 2) },
    distance: (px, py, pz) => {
      const u = (px - x) * cos + (pz - z) * sin;
      const w = (pz - z) * cos - (px - x) * sin;
      const up = py - y;
      const ring = up > pillar ? length(u, up - pillar) : Math.abs(u);
      const across = Math.abs(ring - radius + thick / 2) - thick / 2;
      return corner(Math.max(across, -up) + bevel, Math.abs(w) - deep / 2 + bevel);
    },
  };
}

/** A round slice standing on its edge. */
export function disc(
  { x, y = 0, z, colour }: At,
  size: { radius: number; thick: number; turn?: number; hole?: number },
): Solid {
  const { radius, thick, turn = 0, hole = 0 } = size;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const middle = y + radius;
  return {
    colour,
    bound: { x, y: middle, z, radius: length(radius, thick / 2) },
    distance: (px, py, pz) => {
      const u = (px - x) * cos + (pz - z) * sin;
      const w = (pz - z) * cos - (px - x) * sin;
      const from = length(u, py - middle);
      const across = Math.max(from - radius, hole - from);
      return corner(across + bevel, Math.abs(w) - thick / 2 + bevel);
    },
  };
}

export function halfDome({ x, y = 0, z, colour }: At, radius: number): Solid {
  return {
    colour,
    bound: { x, y: y + radius / 2, z, radius: radius * 1.12 },
    distance: (px, py, pz) => corner(length(px - x, py - y, pz - z) - radius + bevel, y - py + bevel),
  };
}

/** Distance to where two faces at right angles meet, rounded by the bevel. */
function corner(one: number, other: number): number {
  return Math.min(0, Math.max(one, other)) + length(Math.max(one, 0), Math.max(other, 0)) - bevel;
}
