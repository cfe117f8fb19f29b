import type { StudioSet } from '../../../domain/storyboard.ts';
import { castShade } from './cast-shade.ts';
import { contactShade } from './contact-shade.ts';
import { smoothstep } from './curves.ts';
import type { CutOut, PhotoShadow } from './cut-out.ts';
import type { SetGeometry } from './geometry.ts';
import { drawMirror } from './mirror.ts';
import { ownShade } from './own-shade.ts';
import type { Grounding, GroundingBitmap } from './plates.ts';
import { rigOf, sideOf } from './rig.ts';
import { shadeBytes } from './shade-colour.ts';
import { footOf, type Silhouette, silhouetteOf } from './silhouette.ts';

/**
 * What ties a product to the floor. The anchors are the middle of the cut-out's width and its lowest opaque row, so
 * that both are drawn where the product's foot stands, whatever the product does above it.
 */
export function drawGrounding(options: {
  /** As it is shown, and with all within its outline opaque where that is another picture. */
  product: CutOut;
  outline?: CutOut;
  ownShadow?: PhotoShadow;
  set: StudioSet;
  geometry: SetGeometry;
}): Grounding {
  const { product, outline = product, ownShadow, set } = options;
  const onPlinth = set.plinth !== 'none';
  const silhouette = silhouetteOf(outline, shadowScale);
  const shadow = drawShadow({ silhouette, set, onPlinth, ...(ownShadow === undefined ? {} : { ownShadow }) });
  const mirror = onPlinth ? undefined : drawMirror({ product, outline, surface: set.surface });
  return mirror === undefined ? { shadow } : { shadow, mirror };
}

/** Shadows are soft: a fourth of the resolution holds all there is to see. */
const shadowScale = 4;

function drawShadow(options: {
  silhouette: Silhouette;
  set: StudioSet;
  onPlinth: boolean;
  ownShadow?: PhotoShadow;
}): GroundingBitmap {
  const { silhouette, set, onPlinth, ownShadow } = options;
  const rig = rigOf(set);
  const foot = footOf(silhouette);
  const size = Math.min(silhouette.base, foot.width * 1.6);
  const cast = onPlinth ? { ...rig.shadow, length: 0.06, forward: 0 } : rig.shadow;
  const reach = silhouette.base * cast.length + size * 0.35;
  const room = {
    side: Math.ceil(Math.max(size * 0.7, reach * 1.1) + 4),
    above: Math.ceil(Math.max(size * 0.42, silhouette.base * cast.length * 0.4) + 4),
    below: Math.ceil(Math.max(size * 0.34, silhouette.base * cast.length * 0.35 + size * 0.15) + 4),
  };
  const width = silhouette.width + 2 * room.side;
  const height = room.above + room.below;
  const place = { width, height, left: room.side, base: room.above };
  const own = ownShadow === undefined ? undefined : ownShade({ shadow: ownShadow, silhouette, place });
  const contact = contactShade({ silhouette, place, size, strength: cast.contact });
  // A photo's own shadow already tells where the light was; a second one across it would say otherwise.
  const strength = cast.cast * (own === undefined ? 1 : 0.6);
  const thrown = castShade({
    silhouette,
    place,
    size,
    side: sideOf(set),
    shadow: { ...cast, cast: strength },
  });
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  const [red, green, blue] = shadeBytes(set);
  for (let index = 0, at = 0; index < contact.length; index++, at += 4) {
    const open = (1 - (contact[index] ?? 0)) * (1 - (thrown[index] ?? 0)) * (1 - (own?.[index] ?? 0));
    const x = index % width;
    const y = (index - x) / width;
    // No trace of the bitmap's own frame.
    const fade = Math.min(1, Math.min(x, y, width - 1 - x, height - 1 - y) / 6);
    const inside = onPlinth ? fade * onTop(x - place.left, y - place.base, foot) : fade;
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
    data[at + 3] = Math.round((1 - open) * 255 * inside);
  }
  return {
    bitmap: { width, height, data },
    anchorX: place.left + silhouette.width / 2,
    anchorY: place.base,
    scale: shadowScale,
  };
}

/** 1 on the top of a plinth, which reaches little farther than the foot; 0 in the air beside it. */
function onTop(x: number, below: number, foot: { left: number; right: number; width: number }): number {
  const beside = Math.max(foot.left - x, x - foot.right) / (foot.width * 0.09 + 2);
  const behind = -below / (foot.width * 0.09 + 2);
  const before = below / (foot.width * 0.05 + 2);
  return smoothstep(1, 0.2, beside) * smoothstep(1, 0.3, behind) * smoothstep(1, 0.3, before);
}
