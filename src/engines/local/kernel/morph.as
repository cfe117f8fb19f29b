// AssemblyScript, compiled into kernel.wasm with kernel.as: bends two views of a product into one picture between them.
// What the numbers mean is told in turntable/morph.ts. Distances are in pixels of the views, places of cells in cells.

/** What there is of a pair of views; kernel.ts writes it, in this order. */
@unmanaged
class Pair {
  // How tones of the first view (lower four lanes) and of the second are matched: see `toned`.
  curve: v128;
  line: v128;
  brighter: v128;
  /** The last place between pixels: x, y, x, y. */
  limit: v128;
  width: i32;
  height: i32;
  /** RGBX bytes, and distances from the outline as f32. */
  fromColour: usize;
  fromEdge: usize;
  toColour: usize;
  toEdge: usize;
  /** For each cell four f32: across, down, owner, misfit. */
  cells: usize;
  /** For each row of cells two i32: its first and its last cell. */
  reach: usize;
  columns: i32;
  rows: i32;
  /** The cell that the axis stands in. */
  still: i32;
  handsOver: i32;
  /** Pixels a cell. */
  cell: f32;
  edgeWidth: f32;
  /** `columns` f32, then for each cell four f32, one f32, eight f32. */
  scratch: usize;
}

/** Cells this many pixels inside the outline need no look at it. */
const sure: f32 = 8;
/** Of a cell that neither view reaches: in widths of an edge. */
const farOutside: f32 = -20;
/** Shares of the second view below and above which only one of the views is looked at. */
const least: f32 = 0.004;
const most: f32 = 0.996;
/** How much faster than the turn itself a part goes out of sight, or comes, when one hands over to the other. */
const handOverSpeed: f32 = 1.75;

/** Draws the picture at `amount` (0 to 1); RGBA, premultiplied or straight. */
export function drawMorph(out: usize, at: usize, amount: f32, straight: i32): void {
  const pair = changetype<Pair>(at);
  turnRowsRound(pair, amount);
  warp(pair, amount);
  memory.fill(out, 0, <usize>(pair.width * pair.height) << 2);
  const warped = warpOf(pair);
  const pitch = <usize>pair.columns << 5;
  for (let y = 0; y < pair.height; y++) {
    const place = within((<f32>y + 0.5) / pair.cell - 0.5, <f32>pair.rows - 1.001);
    const row = <i32>place;
    drawLine(pair, out, y, warped + <usize>row * pitch, pitch, place - <f32>row, row, straight);
  }
}

/** Cells that stand at even places of the picture, row by row: what stands there, and where it stands half-way. */
function turnRowsRound(pair: Pair, amount: f32): void {
  const columns = pair.columns;
  const places = pair.scratch;
  let turned = turnedOf(pair);
  let stands = standsOf(pair);
  for (let y = 0; y < pair.rows; y++) {
    const row = pair.cells + (<usize>(y * columns) << 4);
    placeRow(pair, amount, row, places);
    let u = 0;
    // A row's own places never overtake each other, so walking along it once finds them all.
    for (let x = 0; x < columns; x++, turned += 16, stands += 4) {
      while (u < columns - 2 && load<f32>(places + (<usize>u << 2), 4) < <f32>x) u++;
      const here = load<f32>(places + (<usize>u << 2));
      const span = load<f32>(places + (<usize>u << 2), 4) - here;
      const part: f32 = span < 0.0001 ? 0 : within((<f32>x - here) / span, 1);
      const cell = row + (<usize>u << 4);
      v128.store(turned, between(v128.load(cell), v128.load(cell, 16), part));
      store<f32>(stands, <f32>u + part);
    }
  }
}

/** Where each cell of a row of the half-way picture stands in the picture at `amount`. */
function placeRow(pair: Pair, amount: f32, row: usize, places: usize): void {
  const still = pair.still;
  const early = pair.handsOver ? min<f32>(1, amount * handOverSpeed) : amount;
  const late = pair.handsOver ? max<f32>(0, 1 - (1 - amount) * handOverSpeed) : amount;
  const middle = <f32>still + (amount - 0.5) * load<f32>(row + (<usize>still << 4));
  store<f32>(places + (<usize>still << 2), middle);
  let place = middle;
  for (let u = still; u < pair.columns - 1; u++) {
    place += stretch(row + (<usize>u << 4), amount, early, late);
    store<f32>(places + (<usize>u << 2), place, 4);
  }
  place = middle;
  for (let u = still - 1; u >= 0; u--) {
    place -= stretch(row + (<usize>u << 4), amount, early, late);
    store<f32>(places + (<usize>u << 2), place);
  }
}

// @ts-ignore: decorator
@inline
function stretch(cell: usize, amount: f32, early: f32, late: f32): f32 {
  const own = (load<f32>(cell, 8) + load<f32>(cell, 24)) * 0.5;
  const sooner = own < 0.5 ? early : late;
  const progress = amount + (sooner - amount) * ease(Mathf.abs(own - 0.5) * 4);
  return max<f32>(0, 1 + (progress - 0.5) * (load<f32>(cell, 16) - load<f32>(cell)));
}

/**
 * For each cell of the picture eight f32: from a pixel to its place in the first and in the second view (x, y, x, y), the
 * share of the second view in colour and in shape, about how far inside the outline the cell lies, and nothing.
 */
function warp(pair: Pair, amount: f32): void {
  const columns = pair.columns;
  const cell = pair.cell;
  const turned = turnedOf(pair);
  const stands = standsOf(pair);
  const middle = (cell - 1) / 2;
  const back = amount - 0.5;
  const bottom = <f32>pair.rows - 1.001;
  for (let y = 0; y < pair.rows; y++) {
    const first = max(0, load<i32>(pair.reach + (<usize>y << 3)));
    const last = min(columns - 1, load<i32>(pair.reach + (<usize>y << 3), 4));
    let out = warpOf(pair) + (<usize>(y * columns) << 5);
    for (let x = 0; x < columns; x++, out += 32) {
      if (x < first || x > last) {
        v128.store(out, f32x4.splat(0));
        v128.store(out, f32x4.replace_lane(f32x4.splat(0), 2, farOutside * pair.edgeWidth), 16);
        continue;
      }
      let row: f32 = <f32>y;
      let down: f32 = 0;
      for (let pass = 0; pass < 3; pass++) {
        const top = within(row, bottom);
        const above = turned + (<usize>(<i32>top * columns + x) << 4);
        const part = top - <f32><i32>top;
        const start = load<f32>(above, 4);
        down = start + (load<f32>(above + (<usize>columns << 4), 4) - start) * part;
        row = <f32>y - back * down;
      }
      const top = within(row, bottom);
      const at = <i32>top * columns + x;
      const part = top - <f32><i32>top;
      const above = turned + (<usize>at << 4);
      const here = between(v128.load(above), v128.load(above + (<usize>columns << 4)), part);
      const stand = stands + (<usize>at << 2);
      const start = load<f32>(stand);
      const place = start + (load<f32>(stand + (<usize>columns << 2)) - start) * part;
      const half = f32x4.extract_lane(here, 0) * 0.5;
      const owner = f32x4.extract_lane(here, 2);
      const shape = shapeAt(amount, owner);
      const fromY = -amount * down;
      const toY: f32 = (1 - amount) * down;
      store<f32>(out, (place - half - <f32>x) * cell);
      store<f32>(out, fromY * cell, 4);
      store<f32>(out, (place + half - <f32>x) * cell, 8);
      store<f32>(out, toY * cell, 12);
      const kept = keptIn(pair, f32x4.add(v128.load(out), pixelAt(<f32>x * cell + middle, <f32>y * cell + middle)));
      const whole = f32x4.floor(kept);
      const edges = edgesAt(pair, kept, whole, integersOf(whole));
      const edgeA = f32x4.extract_lane(edges, 0);
      const edgeB = f32x4.extract_lane(edges, 2);
      store<f32>(out, mixAt(amount, owner, f32x4.extract_lane(here, 3)), 16);
      store<f32>(out, shape, 20);
      store<f32>(out, edgeA + (edgeB - edgeA) * shape, 24);
      store<f32>(out, 0, 28);
    }
  }
}

/** What only one view shows keeps to that view; what both show changes over quickly, half-way. */
function mixAt(amount: f32, owner: f32, misfit: f32): f32 {
  const middle: f32 = 0.5 - (owner - 0.5) * 1.2;
  const half: f32 = misfit > 0.08 ? 0.06 : 0.15;
  return ease((amount - middle) / (2 * half) + 0.5);
}

/** As `mixAt`, but outlines change over slowly, and are the photos' own at the ends. */
function shapeAt(amount: f32, owner: f32): f32 {
  const middle: f32 = 0.5 - (owner - 0.5) * 1.2;
  const own = ease((amount - middle) / 0.5 + 0.5);
  const ends = min<f32>(1, min(amount, 1 - amount) / 0.08);
  return amount + (own - amount) * ends;
}

// @ts-ignore: decorator
@inline
function ease(value: f32): f32 {
  const t = within(value, 1);
  return t * t * (3 - 2 * t);
}

/** The built-in min and max of f32 look after NaN, which takes them several times as long. */
// @ts-ignore: decorator
@inline
function within(value: f32, limit: f32): f32 {
  return value < 0 ? 0 : value > limit ? limit : value;
}

/** The distances from the outline at places of both views (x, y, x, y), in lanes 0 and 2. */
// @ts-ignore: decorator
@inline
function edgesAt(pair: Pair, kept: v128, whole: v128, pixel: v128): v128 {
  const pitch = <usize>pair.width << 2;
  const one = pair.fromEdge + <usize>i32x4.extract_lane(pixel, 1) * pitch + (<usize>i32x4.extract_lane(pixel, 0) << 2);
  const other = pair.toEdge + <usize>i32x4.extract_lane(pixel, 3) * pitch + (<usize>i32x4.extract_lane(pixel, 2) << 2);
  const above = v128.load64_lane(other, v128.load64_zero(one), 1);
  const below = v128.load64_lane(other + pitch, v128.load64_zero(one + pitch), 1);
  const part = f32x4.sub(kept, whole);
  const down = v128.shuffle<i32>(part, part, 1, 1, 3, 3);
  const met = f32x4.add(above, f32x4.mul(f32x4.sub(below, above), down));
  const right = v128.shuffle<i32>(met, met, 1, 1, 3, 3);
  return f32x4.add(met, f32x4.mul(f32x4.sub(right, met), part));
}

/**
 * One row of pixels, from cell to cell; between two cells everything changes evenly, so that one look at both says what
 * is to be done for all pixels between them.
 */
function drawLine(
  pair: Pair, out: usize, y: i32, above: usize, pitch: usize, part: f32, row: i32, straight: i32,
): void {
  const cell = pair.cell;
  const perPixel = f32x4.splat(1 / cell);
  const first = max(0, load<i32>(pair.reach + (<usize>row << 3)));
  const last = min(pair.columns - 2, load<i32>(pair.reach + (<usize>row << 3), 4));
  let at = above + (<usize>first << 5);
  let places = between(v128.load(at), v128.load(at + pitch), part);
  let shares = between(v128.load(at, 16), v128.load(at + pitch, 16), part);
  let x = first == 0 ? 0 : firstPixel(first, cell);
  const line = out + (<usize>(y * pair.width) << 2);
  for (let gap = first; gap <= last; gap++) {
    at += 32;
    const nextPlaces = between(v128.load(at), v128.load(at + pitch), part);
    const nextShares = between(v128.load(at, 16), v128.load(at + pitch, 16), part);
    const end = gap == pair.columns - 2 ? pair.width : min(pair.width, firstPixel(gap + 1, cell));
    const low = f32x4.pmin(shares, nextShares);
    const high = f32x4.pmax(shares, nextShares);
    if (end > x && f32x4.extract_lane(high, 2) >= -sure) {
      const along = f32x4.splat((<f32>x + 0.5) / cell - 0.5 - <f32>gap);
      const placeStep = f32x4.sub(nextPlaces, places);
      const shareStep = f32x4.sub(nextShares, shares);
      let place = f32x4.add(f32x4.add(places, f32x4.mul(placeStep, along)), pixelAt(<f32>x, <f32>y));
      let share = f32x4.add(shares, f32x4.mul(shareStep, along));
      const move = f32x4.add(f32x4.mul(placeStep, perPixel), f32x4(1, 0, 1, 0));
      const change = f32x4.mul(shareStep, perPixel);
      const target = line + (<usize>x << 2);
      const count = end - x;
      if (f32x4.extract_lane(low, 2) < sure) drawEdge(pair, target, count, place, move, share, change, straight);
      else if (f32x4.extract_lane(high, 0) <= least) drawOne(pair, pair.fromColour, target, count, place, move, 0);
      else if (f32x4.extract_lane(low, 0) >= most) drawOne(pair, pair.toColour, target, count, place, move, 1);
      else drawBoth(pair, target, count, place, move, share, change);
    }
    x = end;
    places = nextPlaces;
    shares = nextShares;
  }
}

/** The first pixel whose middle lies right of the middle of a cell. */
// @ts-ignore: decorator
@inline
function firstPixel(column: i32, cell: f32): i32 {
  return <i32>Mathf.ceil((<f32>column + 0.5) * cell - 0.5);
}

// @ts-ignore: decorator
@inline
function pixelAt(x: f32, y: f32): v128 {
  const one = f32x4.replace_lane(f32x4.splat(x), 1, y);
  return f32x4.replace_lane(one, 3, y);
}

/** Pixels well within the outline that only one of the views shows; `second` is 1 for the second. */
// @ts-ignore: decorator
@inline
function drawOne(pair: Pair, colour: usize, target: usize, count: i32, place: v128, move: v128, second: i32): void {
  const end = target + (<usize>count << 2);
  const width = pair.width;
  const curve = second ? v128.shuffle<i64>(pair.curve, pair.curve, 1, 1) : v128.shuffle<i64>(pair.curve, pair.curve, 0, 0);
  const line = second ? v128.shuffle<i64>(pair.line, pair.line, 1, 1) : v128.shuffle<i64>(pair.line, pair.line, 0, 0);
  const brighter = second
    ? v128.shuffle<i64>(pair.brighter, pair.brighter, 1, 1)
    : v128.shuffle<i64>(pair.brighter, pair.brighter, 0, 0);
  // Two neighbours at a time: their places in the view that is looked at, x, y, x, y.
  const step = second ? v128.shuffle<i64>(move, move, 1, 1) : v128.shuffle<i64>(move, move, 0, 0);
  const own = second ? v128.shuffle<i64>(place, place, 1, 1) : v128.shuffle<i64>(place, place, 0, 0);
  let places = v128.shuffle<i64>(own, f32x4.add(own, step), 0, 2);
  const twice = f32x4.add(step, step);
  for (; target < end; target += 8, places = f32x4.add(places, twice)) {
    const kept = keptIn(pair, places);
    const whole = f32x4.floor(kept);
    const parts = partsOf(kept, whole);
    const pixel = integersOf(whole);
    const one = columnsAt(colour, width, i32x4.extract_lane(pixel, 0), i32x4.extract_lane(pixel, 1),
      v128.shuffle<i16>(parts, parts, 2, 2, 2, 2, 2, 2, 2, 2));
    const other = columnsAt(colour, width, i32x4.extract_lane(pixel, 2), i32x4.extract_lane(pixel, 3),
      v128.shuffle<i16>(parts, parts, 6, 6, 6, 6, 6, 6, 6, 6));
    const left = v128.shuffle<i64>(one, other, 0, 2);
    const right = v128.shuffle<i64>(one, other, 1, 3);
    const found = weighed(left, right, v128.shuffle<i16>(parts, parts, 0, 0, 0, 0, 4, 4, 4, 4));
    const bytes = bytesOf(toned(found, curve, line, brighter));
    if (target + 4 == end) v128.store32_lane(target, bytes, 0);
    else v128.store64_lane(target, bytes, 0);
  }
}

/** Pixels well within the outline that change over from one view to the other. */
function drawBoth(
  pair: Pair, target: usize, count: i32, place: v128, move: v128, share: v128, change: v128,
): void {
  const end = target + (<usize>count << 2);
  for (; target < end; target += 4) {
    const kept = keptIn(pair, place);
    const whole = f32x4.floor(kept);
    v128.store32_lane(target, bytesOf(mixed(pair, kept, whole, integersOf(whole), f32x4.extract_lane(share, 0))), 0);
    place = f32x4.add(place, move);
    share = f32x4.add(share, change);
  }
}

/** Pixels that the outline may run through. Outlines mix as distances, and so stay one line. */
function drawEdge(
  pair: Pair, target: usize, count: i32, place: v128, move: v128, share: v128, change: v128, straight: i32,
): void {
  const end = target + (<usize>count << 2);
  const scale: f32 = 1 / pair.edgeWidth;
  for (; target < end; target += 4, place = f32x4.add(place, move), share = f32x4.add(share, change)) {
    if (f32x4.extract_lane(share, 2) < -sure) continue;
    const kept = keptIn(pair, place);
    const whole = f32x4.floor(kept);
    const pixel = integersOf(whole);
    const edges = edgesAt(pair, kept, whole, pixel);
    const own = f32x4.extract_lane(edges, 0);
    const other = f32x4.extract_lane(edges, 2);
    const alpha: f32 = 0.5 + (own + (other - own) * f32x4.extract_lane(share, 1)) * scale;
    if (alpha <= 0) continue;
    let colour = i16x8.min_s(i16x8.splat(16320), mixed(pair, kept, whole, pixel, f32x4.extract_lane(share, 0)));
    if (alpha < 1) {
      const weight = i16x8.splat(<i16>(alpha * 32767));
      const covered = i16x8.relaxed_q15mulr_s(colour, weight);
      colour = straight ? v128.shuffle<i16>(colour, covered, 0, 1, 2, 11, 4, 5, 6, 15) : covered;
    }
    v128.store32_lane(target, bytesOf(colour), 0);
  }
}

/**
 * The colour at a place of both views, 64 to a step, in the lower four lanes. Mixed by their squares, which is linear
 * light but for a fraction of a step wherever two views of one thing meet.
 */
// @ts-ignore: decorator
@inline
function mixed(pair: Pair, kept: v128, whole: v128, pixel: v128, share: f32): v128 {
  const parts = partsOf(kept, whole);
  const one = columnsAt(pair.fromColour, pair.width, i32x4.extract_lane(pixel, 0), i32x4.extract_lane(pixel, 1),
    v128.shuffle<i16>(parts, parts, 2, 2, 2, 2, 2, 2, 2, 2));
  const other = columnsAt(pair.toColour, pair.width, i32x4.extract_lane(pixel, 2), i32x4.extract_lane(pixel, 3),
    v128.shuffle<i16>(parts, parts, 6, 6, 6, 6, 6, 6, 6, 6));
  const left = v128.shuffle<i64>(one, other, 0, 2);
  const right = v128.shuffle<i64>(one, other, 1, 3);
  const found = weighed(left, right, v128.shuffle<i16>(parts, parts, 0, 0, 0, 0, 4, 4, 4, 4));
  const both = toned(found, pair.curve, pair.line, pair.brighter);
  const a = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(both));
  const b = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(both));
  const square = between(f32x4.mul(a, a), f32x4.mul(b, b), within(share, 1));
  const root = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.sqrt(square), f32x4.splat(0.5)));
  return i16x8.narrow_i32x4_s(root, root);
}

/** Places in the views, none beyond their rims. */
// @ts-ignore: decorator
@inline
function keptIn(pair: Pair, place: v128): v128 {
  return f32x4.pmin(pair.limit, f32x4.pmax(f32x4.splat(0), place));
}

/** What is left above whole pixels, as shares of 32,767 in every second lane of sixteen bits. */
// @ts-ignore: decorator
@inline
function partsOf(place: v128, whole: v128): v128 {
  // Added to 2^23, a number has its whole part in its lowest bits.
  return f32x4.add(f32x4.mul(f32x4.sub(place, whole), f32x4.splat(32767)), f32x4.splat(8388608));
}

// @ts-ignore: decorator
@inline
function integersOf(whole: v128): v128 {
  return v128.and(f32x4.add(whole, f32x4.splat(8388608)), i32x4.splat(0x7fffff));
}

/** The pixel at (x, y) and the one right of it, each weighed with the one below. */
// @ts-ignore: decorator
@inline
function columnsAt(colour: usize, width: i32, x: i32, y: i32, down: v128): v128 {
  const at = colour + (<usize>(y * width + x) << 2);
  const above = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load64_zero(at)), 6);
  const below = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load64_zero(at + (<usize>width << 2))), 6);
  return weighed(above, below, down);
}

/**
 * Brightness matched. In linear light that is a multiplication; of sRGB numbers it is a line near black and, above it, a
 * line that begins at -0.055 (of which 16,320 are 898). `curve` and `line` hold how much is added to 1, of 32,768.
 */
// @ts-ignore: decorator
@inline
function toned(colour: v128, curve: v128, line: v128, brighter: v128): v128 {
  const above = i16x8.add(colour, i16x8.relaxed_q15mulr_s(i16x8.add(colour, i16x8.splat(898)), curve));
  const below = i16x8.add(colour, i16x8.relaxed_q15mulr_s(colour, line));
  return v128.bitselect(i16x8.min_s(above, below), i16x8.max_s(above, below), brighter);
}

// @ts-ignore: decorator
@inline
function weighed(one: v128, other: v128, share: v128): v128 {
  return i16x8.add(one, i16x8.relaxed_q15mulr_s(i16x8.sub(other, one), share));
}

// @ts-ignore: decorator
@inline
function between(one: v128, other: v128, share: f32): v128 {
  return f32x4.add(one, f32x4.mul(f32x4.sub(other, one), f32x4.splat(share)));
}

// @ts-ignore: decorator
@inline
function bytesOf(value: v128): v128 {
  const steps = i16x8.shr_s(i16x8.add(value, i16x8.splat(32)), 6);
  return i8x16.narrow_i16x8_u(steps, steps);
}

// @ts-ignore: decorator
@inline
function turnedOf(pair: Pair): usize {
  return pair.scratch + ((<usize>pair.columns * 4 + 15) & ~15);
}

// @ts-ignore: decorator
@inline
function standsOf(pair: Pair): usize {
  return turnedOf(pair) + (<usize>(pair.columns * pair.rows) << 4);
}

// @ts-ignore: decorator
@inline
function warpOf(pair: Pair): usize {
  return standsOf(pair) + ((<usize>(pair.columns * pair.rows) * 4 + 15) & ~15);
}
