// node scripts/measure-mattes.ts [--only HEAD-05 …] [--ground cream …]: how well every example product is cut out of its
// own photo and of the composites on five other grounds, against the true masks. Ends with 1 if any is under its bound.
import { parseArgs } from 'node:util';
import { cutOut } from '../src/engines/local/understand/matte.ts';
import type { Bitmap } from '../src/media/media.ts';
import { composite, type GroundName, groundNames, loosen } from '../test/fixtures/composites.ts';
import { type Mask, maskOf, overlapOf, photoOf, products, views } from '../test/fixtures/product-photos.ts';

const own = 'its own photo';
/** Intersection over union that a cut-out must reach. */
const bounds = (ground: GroundName | typeof own) => (ground === own ? 0.97 : 0.95);
const side = 1024;

interface Measured {
  sku: string;
  view: number;
  ground: GroundName | typeof own;
  overlap: number;
  confidence: number;
  seconds: number;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [...products] },
    ground: { type: 'string', multiple: true, default: [own, ...groundNames] },
  },
});
const measured: Measured[] = [];
for (const sku of products.filter((name) => values.only.includes(name)))
  for (const view of views) {
    const mask = await maskOf(sku, view, side);
    const photo = await photoOf(sku, view, side);
    const loose = loosen(photo, mask);
    for (const ground of [own, ...groundNames] as const) {
      if (!values.ground.includes(ground)) continue;
      measured.push({
        sku,
        view,
        ground,
        ...measure(ground === own ? photo : await composite(loose, ground), mask),
      });
    }
  }
report(measured);

function measure(photo: Bitmap, mask: Mask): Pick<Measured, 'overlap' | 'confidence' | 'seconds'> {
  const started = performance.now();
  const matte = cutOut(photo);
  const seconds = (performance.now() - started) / 1000;
  return { overlap: overlapOf(matte.cutOut, mask), confidence: matte.confidence, seconds };
}

function report(all: Measured[]): void {
  const line = ({ sku, view, ground, overlap, confidence, seconds }: Measured) =>
    `  ${overlap.toFixed(4)}  ${sku} view ${view}, ${ground}  (confidence ${confidence.toFixed(2)}, ${seconds.toFixed(2)} s)\n`;
  const out = (text: string) => process.stdout.write(text);
  for (const ground of [own, ...groundNames] as const) {
    const here = all.filter((one) => one.ground === ground).sort((one, other) => one.overlap - other.overlap);
    const [worst] = here;
    if (worst === undefined) continue;
    const passed = here.filter(({ overlap }) => overlap >= bounds(ground)).length;
    out(`${ground}: ${passed} of ${here.length} reach ${bounds(ground)}; the worst\n${line(worst)}`);
  }
  const [slowest] = all.toSorted((one, other) => other.seconds - one.seconds);
  if (slowest !== undefined) out(`the slowest\n${line(slowest)}`);
  const under = all.filter(({ ground, overlap }) => overlap < bounds(ground));
  out(`under their bound: ${under.length}\n${under.map(line).join('')}`);
  process.exitCode = under.length === 0 ? 0 : 1;
}
