import type { Stage, StageBitmap } from '../render/layer.ts';

const nothing: StageBitmap = {
  width: 1,
  height: 1,
  data: new Uint8ClampedArray(new SharedArrayBuffer(4)),
};

/** A stage without its products and captions; bitmaps that only they or shots outside `kept` use take no memory. */
export function emptySet(stage: Stage, kept: ReadonlySet<number>): Stage {
  const shots = stage.shots.map(({ layers, aimY }, shot) => ({
    aimY,
    layers: kept.has(shot) ? layers.filter(({ kind }) => kind !== 'actor') : [],
  }));
  const used = new Set(
    shots.flatMap(({ layers }) => layers.flatMap((layer) => ('bitmap' in layer ? [layer.bitmap] : []))),
  );
  return {
    shots,
    captions: [],
    turns: [],
    bitmaps: stage.bitmaps.map((bitmap, index) => (used.has(index) ? bitmap : nothing)),
  };
}
