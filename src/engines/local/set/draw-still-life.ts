import type { StudioSet } from '../../../domain/storyboard.ts';
import { seededRandom } from '../random.ts';
import { oklabOfHex } from '../understand/oklab.ts';
import type { SetGeometry } from './geometry.ts';
import { reach } from './ground.ts';
import { type Light3, lightOfOklab, mixLight } from './linear-light.ts';
import { mirrorStrength } from './mirror.ts';
import type { StillLifePiece } from './plates.ts';
import { rigOf, sideOf } from './rig.ts';
import { shadeLight } from './shade-colour.ts';
import { type ArrangedPiece, arrangements, type Room, type Tones } from './solids/arrangements.ts';
import { renderSolids } from './solids/render-solids.ts';
import { solidLight } from './solids/solid-light.ts';

const detail = 1.12;

/** What a film without any picture shows: simple bodies in matte paint, arranged by the seed; from back to front. */
export function drawStillLife(options: {
  geometry: SetGeometry;
  set: StudioSet;
  seed: number;
}): StillLifePiece[] {
  const { geometry, set, seed } = options;
  const random = seededRandom(seed, 'still-life');
  const arrange = arrangements[Math.floor(random() * arrangements.length)] ?? arrangements[0];
  const pieces = arrange(roomOf(geometry, set), tonesOf(set), random).sort((one, other) => other.z - one.z);
  const light = solidLight(set);
  return pieces.map((piece, index): StillLifePiece => {
    const others = pieces.filter((other) => other !== piece).flatMap(({ solids }) => solids);
    const drawn = renderSolids({
      solids: piece.solids,
      others,
      behind: pieces.slice(0, index).flatMap(({ solids }) => solids),
      geometry,
      light,
      foot: piece,
      detail,
      mirror: mirrorStrength(set.surface),
      shadeColour: shadeLight(set),
      seed,
    });
    return { ...drawn, ...placeOf(piece, geometry), scale: 1 / detail };
  });
}

function placeOf({ x, z }: ArrangedPiece, geometry: SetGeometry) {
  const distance = 1 + z / reach;
  return {
    x: geometry.standX + (x * geometry.short) / distance,
    y: geometry.eyeY + (geometry.standY - geometry.eyeY) / distance,
    distance,
  };
}

/** How far the arrangement may spread; its tall side is turned away from the lamp, so that light reaches all. */
function roomOf({ width, height }: SetGeometry, set: StudioSet): Room {
  const ratio = width / height;
  const away = -sideOf(set);
  if (ratio < 0.85) return { spread: 0.62, lift: 1.75, away };
  if (ratio < 1.2) return { spread: 0.7, lift: 1.1, away };
  return { spread: 1, lift: 1, away };
}

/** A family around wall and accent: one strong, its pale and its deep neighbour, and two of the wall's own. */
function tonesOf(set: StudioSet): Tones {
  const wall = oklabOfHex(set.wall);
  const accent = oklabOfHex(set.accent);
  const white: Light3 = [0.88, 0.88, 0.875];
  const { lift } = rigOf(set);
  const tone = (L: number, wallShare: number, accentShare: number): Light3 =>
    mixLight(
      lightOfOklab({
        L: Math.min(0.93, Math.max(0.2, L)),
        a: wall.a * wallShare + accent.a * accentShare,
        b: wall.b * wallShare + accent.b * accentShare,
      }),
      white,
      lift * 0.55,
    );
  const middle = (wall.L + accent.L) / 2;
  return {
    strong: tone(accent.L, 0, 1),
    pale: tone(Math.max(0.84, wall.L * 0.6 + 0.36), 0.35, 0.18),
    deep: tone(Math.min(0.42, accent.L * 0.66), 0.2, 0.72),
    near: tone(wall.L > 0.5 ? wall.L - 0.1 : wall.L + 0.16, 1, 0.1),
    between: tone(middle + 0.06, 0.5, 0.5),
  };
}
