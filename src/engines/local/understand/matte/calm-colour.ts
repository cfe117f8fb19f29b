import type { OklabPlanes } from '../oklab.ts';

/** JPEG stores colour in blocks of 16 pixels (halved, then 8 x 8): a strong edge rings through the block it lies in. */
const cell = 8;
/** OKLab step of colour within three cells from which its ringing shows. */
const strong = 0.06;
/** A photo that has more than this share of such places is busy, and its colours are left as they are. */
const mostShare = 0.35;
const reach = 10;
/** The mean correction, in OKLab, from which a photo is a poor JPEG; good ones show the subject's own shades only. */
const ringing = 0.0046;
/** OKLab distances at which a neighbour counts half, and at which it is of another part. */
const halfLightness = 0.04;
const otherColour = 0.03;

/**
 * Takes the ringing of JPEG out of the colour planes: beside strong edges of colour each pixel gets the mean colour
 * of the pixels of its own lightness around it, as ringing swings about the true colour. Lightness, which JPEG keeps
 * in full, leads, as in a joint bilateral filter (Petschnigg et al., "Digital Photography with Flash and No-Flash
 * Image Pairs", SIGGRAPH 2004).
 */
export function calmColour(planes: OklabPlanes): OklabPlanes {
  const { width, height, L } = planes;
  const columns = Math.ceil(width / cell);
  const cells = ringingCells(planes);
  let count = 0;
  for (const rings of cells) count += rings;
  if (count === 0 || count > cells.length * mostShare) return planes;
  const swing = swingOf(planes, cells);
  if (swing < ringing) return planes;
  const a = planes.a.slice();
  const b = planes.b.slice();
  for (let at = 0; at < cells.length; at++) {
    if (cells[at] === 0) continue;
    const left = (at % columns) * cell;
    const top = Math.floor(at / columns) * cell;
    for (let y = top; y < Math.min(height, top + cell); y++)
      for (let x = left; x < Math.min(width, left + cell); x++) calm({ planes, x, y, a, b });
  }
  return { width, height, L, a, b };
}

/** The mean correction of colour in a sample of the places that could ring and have an even lightness. */
function swingOf(planes: OklabPlanes, cells: Uint8Array): number {
  const { width, height, L, a, b } = planes;
  const columns = Math.ceil(width / cell);
  const calmed = { a: a.slice(), b: b.slice() };
  let sum = 0;
  let count = 0;
  for (let at = 0; at < cells.length; at++) {
    const x = (at % columns) * cell + (at % 7);
    const y = Math.floor(at / columns) * cell + (at % 5);
    if (cells[at] === 0 || x < 2 || y < 2 || x >= width - 2 || y >= height - 2) continue;
    const index = y * width + x;
    const across = Math.abs((L[index + 2] ?? 0) - (L[index - 2] ?? 0));
    const down = Math.abs((L[index + 2 * width] ?? 0) - (L[index - 2 * width] ?? 0));
    if (across + down > 0.03) continue;
    calm({ planes, x, y, ...calmed });
    sum += Math.hypot((calmed.a[index] ?? 0) - (a[index] ?? 0), (calmed.b[index] ?? 0) - (b[index] ?? 0));
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** 1 for each cell that has a strong edge of colour in itself or in a neighbour. */
function ringingCells({ width, height, a, b }: OklabPlanes): Uint8Array {
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const bounds = [a, b].map((plane) => {
    const least = new Float32Array(columns * rows).fill(1);
    const most = new Float32Array(columns * rows).fill(-1);
    for (let y = 0, index = 0; y < height; y++)
      for (let x = 0; x < width; x++, index++) {
        const at = (y >> 3) * columns + (x >> 3);
        const value = plane[index] ?? 0;
        if (value < (least[at] ?? 0)) least[at] = value;
        if (value > (most[at] ?? 0)) most[at] = value;
      }
    return { least, most };
  });
  const rings = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (const { least, most } of bounds) {
        let low = 1;
        let high = -1;
        for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
          for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
            low = Math.min(low, least[y * columns + x] ?? 1);
            high = Math.max(high, most[y * columns + x] ?? -1);
          }
        if (high - low > strong) rings[row * columns + column] = 1;
      }
  return rings;
}

function calm(options: {
  planes: OklabPlanes;
  x: number;
  y: number;
  a: Float32Array;
  b: Float32Array;
}): void {
  const { planes, x, y } = options;
  const { width, height, L, a, b } = planes;
  const index = y * width + x;
  const ownL = L[index] ?? 0;
  const ownA = a[index] ?? 0;
  const ownB = b[index] ?? 0;
  let weight = 1;
  let sumA = ownA;
  let sumB = ownB;
  // Every other row is plenty for a mean; the swing is across the edge, so columns are all looked at in turn.
  for (let row = Math.max(y & 1, y - reach), last = Math.min(height - 1, y + reach); row <= last; row += 2)
    for (
      let at = row * width + Math.max(0, x - reach), end = row * width + Math.min(width - 1, x + reach);
      at <= end;
      at += 2
    ) {
      const da = (a[at] ?? 0) - ownA;
      const db = (b[at] ?? 0) - ownB;
      if (da * da + db * db > otherColour * otherColour) continue;
      const step = ((L[at] ?? 0) - ownL) / halfLightness;
      const share = 1 / (1 + step * step * step * step);
      weight += share;
      sumA += share * (a[at] ?? 0);
      sumB += share * (b[at] ?? 0);
    }
  options.a[index] = sumA / weight;
  options.b[index] = sumB / weight;
}
