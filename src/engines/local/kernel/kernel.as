// AssemblyScript, compiled to kernel.wasm by scripts/build-kernel.ts: the inner loops of the painter. Everything else
// about a frame is decided in TypeScript; here pixels are only sampled, mixed and packed.
//
// Pixels are RGBA, eight bits each, premultiplied. While mixed, a channel is a signed 16-bit number, 64 to a step, and a
// share of 1 is 32767 (`full`), so that one rounding multiplication (q15mulr) does a weighting.

const full: i16 = 32767;
/** Bytes of one row's entry in a table of rows: see `drawRows`. */
const rowBytes: usize = 28;

/**
 * Draws `rows` rows of a picture onto a frame, from row `y` on. Each has an entry of seven f32 in `table`:
 * v, u, du: row and column of the source under the middle of the first pixel, and columns a pixel;
 * from, to: the pixels of the frame from and up to which is drawn; opacity, step: 0 to 1 at `from`, and its change a pixel.
 * The caller keeps u within 0 … width - 1 and v within 0 … height - 1 of the source. `blend`: 0 replaces (an opaque
 * source), 1 lies over, 2 screens, 3 multiplies. `scratch` holds `sourceWidth + 2` pixels of eight bytes.
 */
export function drawRows(
  frame: usize, frameWidth: i32, y: i32, rows: i32, table: usize,
  source: usize, sourceWidth: i32, sourceHeight: i32, scratch: usize, blend: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const entry = table + <usize>row * rowBytes;
    const from = <i32>load<f32>(entry, 12);
    const to = <i32>load<f32>(entry, 16);
    if (to <= from) continue;
    const v = load<f32>(entry);
    const u = load<f32>(entry, 4);
    const du = load<f32>(entry, 8);
    const first = <i32>u;
    const last = min(sourceWidth - 1, <i32>(u + du * <f32>(to - from - 1)) + 1);
    meetRows(source, sourceWidth, sourceHeight, v, first, last, scratch);
    const target = frame + ((<usize>(y + row) * frameWidth + from) << 2);
    mixRow(target, to - from, scratch, u - <f32>first, du, last - first, load<f32>(entry, 20), load<f32>(entry, 24), blend);
  }
}

/** Weighs two neighbouring rows of the source into one, from column `first` to `last`, and repeats its end once. */
function meetRows(source: usize, width: i32, height: i32, v: f32, first: i32, last: i32, out: usize): void {
  const upper = min(height - 1, <i32>v);
  const lower = min(height - 1, upper + 1);
  const share = i16x8.splat(<i16>((v - <f32>upper) * 32767));
  let a = source + ((<usize>upper * width + first) << 2);
  let b = source + ((<usize>lower * width + first) << 2);
  const pairs = (last - first + 2) >> 1;
  for (let pair = 0; pair < pairs; pair++) {
    const one = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load64_zero(a)), 6);
    const other = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load64_zero(b)), 6);
    v128.store(out, i16x8.add(one, i16x8.q15mulr_sat_s(i16x8.sub(other, one), share)));
    a += 8;
    b += 8;
    out += 16;
  }
}

function mixRow(
  target: usize, count: i32, line: usize, u: f32, du: f32, most: i32, opacity: f32, step: f32, blend: i32,
): void {
  // Sixteen bits of fraction: over a row of 4,096 pixels the error stays below a tenth of a pixel.
  let at = <i64>(u * 4294967296.0);
  const move = <i64>(<f64>du * 4294967296.0);
  let done = 0;
  const plain = blend == 0 || (opacity >= 1 && step == 0);
  for (; done + 2 <= count; done += 2) {
    const one = sampleAt(line, at, most);
    const two = sampleAt(line, at + move, most);
    at += move << 1;
    // one: [px | next], two: [px | next] are both already met; join the two results.
    let colour = v128.shuffle<i64>(one, two, 0, 2);
    if (!plain) {
      const share = opacity + step * <f32>done;
      const next = share + step;
      colour = i16x8.q15mulr_sat_s(colour, shares(share, next));
    }
    const under = v128.load64_zero(target);
    v128.store64_lane(target, pack(mix(colour, i16x8.shl(i16x8.extend_low_i8x16_u(under), 6), blend)), 0);
    target += 8;
  }
  if (done < count) {
    let colour = sampleAt(line, at, most);
    if (!plain) {
      const share = opacity + step * <f32>done;
      colour = i16x8.q15mulr_sat_s(colour, shares(share, share));
    }
    const under = v128.load32_zero(target);
    v128.store32_lane(target, pack(mix(colour, i16x8.shl(i16x8.extend_low_i8x16_u(under), 6), blend)), 0);
  }
}

// @ts-ignore: decorator
@inline
function shares(one: f32, two: f32): v128 {
  const a = <i16>(min<f32>(1, max<f32>(0, one)) * 32767);
  const b = <i16>(min<f32>(1, max<f32>(0, two)) * 32767);
  return v128.shuffle<i64>(i16x8.splat(a), i16x8.splat(b), 0, 2);
}

/** The colour between two pixels of a line, in the lower four lanes. */
// @ts-ignore: decorator
@inline
function sampleAt(line: usize, at: i64, most: i32): v128 {
  let index = <i32>(at >> 32);
  let part = <i32>((at >> 17) & 0x7fff);
  if (index >= most) { index = most; part = 0; }
  if (index < 0) { index = 0; part = 0; }
  const both = v128.load(line + (<usize>index << 3));
  const next = v128.shuffle<i64>(both, both, 1, 1);
  return i16x8.add(both, i16x8.q15mulr_sat_s(i16x8.sub(next, both), i16x8.splat(<i16>part)));
}

// @ts-ignore: decorator
@inline
function mix(colour: v128, under: v128, blend: i32): v128 {
  if (blend == 0) return colour;
  if (blend == 1) {
    const alpha = v128.shuffle<i16>(colour, colour, 3, 3, 3, 3, 7, 7, 7, 7);
    return i16x8.sub(i16x8.add(colour, under), i16x8.q15mulr_sat_s(under, share15(alpha)));
  }
  if (blend == 2) return i16x8.sub(i16x8.add(colour, under), i16x8.q15mulr_sat_s(under, share15(colour)));
  const alpha = v128.shuffle<i16>(colour, colour, 3, 3, 3, 3, 7, 7, 7, 7);
  return i16x8.sub(under, i16x8.q15mulr_sat_s(under, share15(i16x8.sub(alpha, colour))));
}

/** From 64 to a step (16,320 for 255) to a share of 32,767. */
// @ts-ignore: decorator
@inline
function share15(value: v128): v128 {
  return i16x8.add(i16x8.shl(value, 1), i16x8.shr_s(value, 7));
}

// @ts-ignore: decorator
@inline
function pack(value: v128): v128 {
  const steps = i16x8.shr_s(i16x8.add(value, i16x8.splat(32)), 6);
  return i8x16.narrow_i16x8_u(steps, steps);
}

/**
 * Draws a picture turned about an upright axis: for each column of the frame from `from` to `to` an entry of three f32
 * in `table`: u, the column of the source; slope and start, for v = start + slope * y. Lies over what is there.
 */
export function drawColumns(
  frame: usize, frameWidth: i32, y0: i32, y1: i32, from: i32, to: i32, table: usize,
  source: usize, sourceWidth: i32, sourceHeight: i32, opacity: f32,
): void {
  const weight = i16x8.splat(<i16>(min<f32>(1, max<f32>(0, opacity)) * 32767));
  for (let y = y0; y < y1; y++) {
    let entry = table;
    let target = frame + ((<usize>y * frameWidth + from) << 2);
    for (let x = from; x < to; x++, entry += 12, target += 4) {
      const u = load<f32>(entry);
      const v = load<f32>(entry, 8) + load<f32>(entry, 4) * <f32>y;
      if (u < 0 || v < 0 || u > <f32>(sourceWidth - 1) || v > <f32>(sourceHeight - 1)) continue;
      const colour = i16x8.q15mulr_sat_s(sample(source, sourceWidth, sourceHeight, u, v), weight);
      const under = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load32_zero(target)), 6);
      v128.store32_lane(target, pack(mix(colour, under, 1)), 0);
    }
  }
}

/** Fills a frame with another, turned: the pixel at (x, y) shows (a x + b y + c, a y - b x + d). Opaque; borders repeat. */
export function drawTurned(
  frame: usize, source: usize, width: i32, height: i32, a: f32, b: f32, c: f32, d: f32,
): void {
  const right = <f32>(width - 1);
  const bottom = <f32>(height - 1);
  let target = frame;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++, target += 4) {
      const u = min(right, max<f32>(0, a * <f32>x + b * <f32>y + c));
      const v = min(bottom, max<f32>(0, a * <f32>y - b * <f32>x + d));
      v128.store32_lane(target, pack(sample(source, width, height, u, v)), 0);
    }
}

/** Bilinear, in the lower four lanes. */
// @ts-ignore: decorator
@inline
function sample(source: usize, width: i32, height: i32, u: f32, v: f32): v128 {
  const left = <i32>u;
  const upper = <i32>v;
  const right = min(left + 1, width - 1);
  const lower = min(upper + 1, height - 1);
  const across = i16x8.splat(<i16>((u - <f32>left) * 32767));
  const down = i16x8.splat(<i16>((v - <f32>upper) * 32767));
  const top = source + (<usize>upper * width << 2);
  const bottom = source + (<usize>lower * width << 2);
  const a = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load32_zero(top + (<usize>left << 2))), 6);
  const b = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load32_zero(top + (<usize>right << 2))), 6);
  const c = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load32_zero(bottom + (<usize>left << 2))), 6);
  const e = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load32_zero(bottom + (<usize>right << 2))), 6);
  const one = i16x8.add(a, i16x8.q15mulr_sat_s(i16x8.sub(b, a), across));
  const two = i16x8.add(c, i16x8.q15mulr_sat_s(i16x8.sub(e, c), across));
  return i16x8.add(one, i16x8.q15mulr_sat_s(i16x8.sub(two, one), down));
}

/**
 * A fast swing from one frame to the next beside it: each pixel is the mean of `length` neighbours of a panorama of
 * both, `from` left and `to` right of it, starting `offset` pixels from its left end. `sums` holds (2 * width + 1) * 4 u32.
 */
export function smear(
  frame: usize, from: usize, to: usize, width: i32, height: i32, offset: i32, length: i32, sums: usize,
): void {
  const share = f32x4.splat(1 / <f32>length);
  for (let y = 0; y < height; y++) {
    const row = <usize>y * width << 2;
    let sum = i32x4.splat(0);
    v128.store(sums, sum);
    for (let x = 0; x < 2 * width; x++) {
      const pixel = x < width ? from + row + (<usize>x << 2) : to + row + (<usize>(x - width) << 2);
      sum = i32x4.add(sum, i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixel))));
      v128.store(sums + (<usize>(x + 1) << 4), sum);
    }
    for (let x = 0; x < width; x++) {
      const start = max(0, min(2 * width - length, x + offset));
      const whole = i32x4.sub(v128.load(sums + (<usize>(start + length) << 4)), v128.load(sums + (<usize>start << 4)));
      const mean = i32x4.trunc_sat_f32x4_u(f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(whole), share), f32x4.splat(0.5)));
      const narrow = i16x8.narrow_i32x4_u(mean, mean);
      v128.store32_lane(frame + row + (<usize>x << 2), i8x16.narrow_i16x8_u(narrow, narrow), 0);
    }
  }
}

/**
 * RGBA to I420, BT.709 limited range, in fifteen-bit fixed point. Sides are even; each chroma sample is the mean of its
 * four pixels. `grain` is a tile of 64 x 64 signed bytes, each 16 to a step of luma, laid from (grainX, grainY).
 */
export function toI420(
  frame: usize, width: i32, height: i32, out: usize, grain: usize, grainX: i32, grainY: i32,
): void {
  const luma = i16x8(5983, 20127, 2032, 0, 5983, 20127, 2032, 0);
  const blue = i16x8(-3298, -11094, 14392, 0, -3298, -11094, 14392, 0);
  const red = i16x8(14392, -13073, -1319, 0, 14392, -13073, -1319, 0);
  const half = width >> 1;
  const uPlane = out + <usize>(width * height);
  const vPlane = uPlane + <usize>(half * (height >> 1));
  for (let y = 0; y < height; y++) {
    let pixel = frame + (<usize>y * width << 2);
    let target = out + <usize>y * width;
    const tile = grain + <usize>(((y + grainY) & 63) << 6);
    for (let x = 0; x < width; x += 4, pixel += 16, target += 4) {
      const four = v128.load(pixel);
      const one = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(four), luma);
      const two = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(four), luma);
      const sum = i32x4.add(v128.shuffle<i32>(one, two, 0, 2, 4, 6), v128.shuffle<i32>(one, two, 1, 3, 5, 7));
      // The tile is read four at a time, so it is laid in steps of four pixels across.
      const noise = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(tile + <usize>((x + grainX) & 60))));
      const value = i32x4.shr_s(i32x4.add(i32x4.add(sum, i32x4.splat(540672)), i32x4.shl(noise, 11)), 15);
      const narrow = i16x8.narrow_i32x4_s(value, value);
      v128.store32_lane(target, i8x16.narrow_i16x8_u(narrow, narrow), 0);
    }
  }
  for (let y = 0; y < height; y += 2) {
    let top = frame + (<usize>y * width << 2);
    let bottom = top + (<usize>width << 2);
    let u = uPlane + <usize>(y >> 1) * half;
    let v = vPlane + <usize>(y >> 1) * half;
    for (let x = 0; x < half; x += 2, top += 16, bottom += 16, u += 2, v += 2) {
      const a = v128.load(top);
      const b = v128.load(bottom);
      const left = i16x8.add(i16x8.extend_low_i8x16_u(a), i16x8.extend_low_i8x16_u(b));
      const right = i16x8.add(i16x8.extend_high_i8x16_u(a), i16x8.extend_high_i8x16_u(b));
      // Four pixels a lane: [left pair summed | right pair summed].
      const sum = i16x8.add(v128.shuffle<i64>(left, right, 0, 2), v128.shuffle<i64>(left, right, 1, 3));
      store2(u, i32x4.dot_i16x8_s(sum, blue));
      store2(v, i32x4.dot_i16x8_s(sum, red));
    }
  }
}

/** Two chroma samples from their half sums, of four pixels each. */
// @ts-ignore: decorator
@inline
function store2(target: usize, halves: v128): void {
  const sum = i32x4.add(halves, v128.shuffle<i32>(halves, halves, 1, 0, 3, 2));
  const value = i32x4.shr_s(i32x4.add(sum, i32x4.splat(16842752)), 17);
  store<u8>(target, <u8>min(255, max(0, i32x4.extract_lane(value, 0))));
  store<u8>(target, <u8>min(255, max(0, i32x4.extract_lane(value, 2))), 1);
}
