// AssemblyScript, compiled to kernel.wasm by scripts/build-kernel.ts: the inner loops of the painter. Everything else
// about a frame is decided in TypeScript; here pixels are only sampled, mixed and packed.
//
// Pixels are RGBA, eight bits each, premultiplied. While mixed, a channel is a signed 16-bit number, 64 to a step, and a
// share of 1 is 32767 (`full`), so that one rounding multiplication (q15mulr) does a weighting.

export { drawMorph } from './morph';

const full: i16 = 32767;
/** Bytes of one row's entry in a table of rows: see `drawRows`. */
const rowBytes: usize = 28;

/**
 * Draws `rows` rows of a picture onto a frame, from row `y` on. Each has an entry of seven f32 in `table`:
 * v, u, du: row and column of the source under the middle of the first pixel, and columns a pixel;
 * from, to: the pixels of the frame from and up to which is drawn; opacity, step: 0 to 1 at `from`, and its change a pixel.
 * The caller keeps u within 0 … width - 1 and v within 0 … height - 1 of the source. `blend`: 0 replaces (an opaque
 * source), 1 lies over, 2 screens, 3 multiplies. `spans` is what `findSpans` found in the source, or 0; what is clear is left out
 * and what is solid replaces, which changes no byte. `scratch` holds `sourceWidth + 4` pixels of eight bytes.
 */
export function drawRows(
  frame: usize, frameWidth: i32, y: i32, rows: i32, table: usize,
  source: usize, sourceWidth: i32, sourceHeight: i32, spans: usize, scratch: usize, blend: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const entry = table + <usize>row * rowBytes;
    const from = <i32>load<f32>(entry, 12);
    const count = <i32>load<f32>(entry, 16) - from;
    if (count <= 0) continue;
    const v = load<f32>(entry);
    const u = load<f32>(entry, 4);
    const du = load<f32>(entry, 8);
    const upper = min(sourceHeight - 1, <i32>v);
    const lower = min(sourceHeight - 1, upper + 1);
    let begin = 0;
    let end = count;
    let solid = 0;
    let solidEnd = 0;
    if (spans != 0) {
      const one = spans + (<usize>upper << 4);
      const other = spans + (<usize>lower << 4);
      const ink = min(load<i32>(one), load<i32>(other));
      const inkEnd = max(load<i32>(one, 4), load<i32>(other, 4));
      if (ink >= inkEnd) continue;
      // One pixel more at both ends, and one less of what is solid: rounding must hide nothing.
      begin = max(0, <i32>((<f32>(ink - 1) - u) / du) - 1);
      end = min(count, <i32>((<f32>inkEnd - u) / du) + 2);
      if (blend == 1 && load<f32>(entry, 20) >= 1 && load<f32>(entry, 24) == 0) {
        const start = max(load<i32>(one, 8), load<i32>(other, 8));
        const stop = min(load<i32>(one, 12), load<i32>(other, 12));
        solid = max(begin, <i32>((<f32>start - u) / du) + 2);
        solidEnd = min(end, <i32>((<f32>(stop - 1) - u) / du) - 1);
      }
      if (end <= begin) continue;
    }
    const whole = <i32>u;
    // Thirty-two bits of fraction: over a row of 4,096 pixels the error stays below a tenth of a pixel.
    const move = <i64>(<f64>du * 4294967296.0);
    const start = ((<i64>whole) << 32) + <i64>((u - <f32>whole) * 4294967296.0) + move * begin;
    const first = <i32>(start >> 32);
    const last = min(sourceWidth - 1, <i32>((start + move * (end - begin - 1)) >> 32) + 1);
    meetRows(source, sourceWidth, upper, lower, v - <f32>upper, first, last, scratch);
    const target = frame + ((<usize>(y + row) * frameWidth + from) << 2);
    const line = scratch - ((<usize>first) << 3);
    const step = load<f32>(entry, 24);
    const opacity = load<f32>(entry, 20);
    const at = start - move * begin;
    if (solidEnd - solid < 8) {
      mixRow(target, begin, end, line, at, move, opacity, step, blend);
      continue;
    }
    mixRow(target, begin, solid, line, at, move, 1, 0, blend);
    mixRow(target, solid, solidEnd, line, at, move, 1, 0, 0);
    mixRow(target, solidEnd, end, line, at, move, 1, 0, blend);
  }
}

/**
 * For each row of a picture four i32: the first column that is not clear and the one after the last, and the longest run of
 * columns that are solid in the same way.
 */
export function findSpans(picture: usize, width: i32, height: i32, out: usize): void {
  for (let y = 0; y < height; y++, out += 16) {
    const row = picture + (<usize>(y * width) << 2);
    let ink = 0;
    while (ink + 4 <= width && !v128.any_true(alphasAt(row + (<usize>ink << 2)))) ink += 4;
    while (ink < width && load<u8>(row + (<usize>ink << 2), 3) == 0) ink++;
    let inkEnd = width;
    while (inkEnd - 4 >= ink && !v128.any_true(alphasAt(row + (<usize>(inkEnd - 4) << 2)))) inkEnd -= 4;
    while (inkEnd > ink && load<u8>(row + (<usize>(inkEnd - 1) << 2), 3) == 0) inkEnd--;
    let solid = ink;
    let solidEnd = ink;
    for (let x = ink; x < inkEnd; x++) {
      if (load<u8>(row + (<usize>x << 2), 3) != 255) continue;
      const start = x;
      while (x + 4 <= inkEnd && i32x4.all_true(i32x4.eq(alphasAt(row + (<usize>x << 2)), i32x4.splat(0xff)))) x += 4;
      while (x < inkEnd && load<u8>(row + (<usize>x << 2), 3) == 255) x++;
      if (x - start > solidEnd - solid) { solid = start; solidEnd = x; }
    }
    store<i32>(out, ink);
    store<i32>(out, inkEnd, 4);
    store<i32>(out, solid, 8);
    store<i32>(out, solidEnd, 12);
  }
}

// @ts-ignore: decorator
@inline
function alphasAt(pixels: usize): v128 {
  return i32x4.shr_u(v128.load(pixels), 24);
}

/** Weighs two neighbouring rows of the source into one, from column `first` to `last`, and repeats its end once. */
function meetRows(
  source: usize, width: i32, upper: i32, lower: i32, part: f32, first: i32, last: i32, out: usize,
): void {
  const share = <i16>(part * 32767);
  let a = source + ((<usize>upper * width + first) << 2);
  let b = source + ((<usize>lower * width + first) << 2);
  const end = out + (<usize>(last - first + 1) << 3);
  if (share == 0)
    for (; out < end; out += 32, a += 16) {
      const four = v128.load(a);
      v128.store(out, i16x8.shl(i16x8.extend_low_i8x16_u(four), 6));
      v128.store(out, i16x8.shl(i16x8.extend_high_i8x16_u(four), 6), 16);
    }
  else {
    const shares = i16x8.splat(share);
    for (; out < end; out += 32, a += 16, b += 16) {
      const one = v128.load(a);
      const other = v128.load(b);
      const left = i16x8.shl(i16x8.extend_low_i8x16_u(one), 6);
      const right = i16x8.shl(i16x8.extend_high_i8x16_u(one), 6);
      const leftLow = i16x8.shl(i16x8.extend_low_i8x16_u(other), 6);
      const rightLow = i16x8.shl(i16x8.extend_high_i8x16_u(other), 6);
      v128.store(out, i16x8.add(left, i16x8.relaxed_q15mulr_s(i16x8.sub(leftLow, left), shares)));
      v128.store(out, i16x8.add(right, i16x8.relaxed_q15mulr_s(i16x8.sub(rightLow, right), shares)), 16);
    }
  }
  store<u64>(end, load<u64>(end - 8));
}

/**
 * Mixes the pixels `begin` up to `end` of a row; the first pixel of the row shows the place `at` of the line, in 32 bits of
 * fraction, and has this opacity.
 */
function mixRow(
  target: usize, begin: i32, end: i32, line: usize, at: i64, move: i64, opacity: f32, step: f32, blend: i32,
): void {
  if (end <= begin) return;
  const from = at + move * begin;
  const pixel = target + (<usize>begin << 2);
  const count = end - begin;
  const share = opacity + step * <f32>begin;
  const isPlain = blend == 0 || (opacity >= 1 && step == 0);
  const isStraight = move == 0x100000000 && <u32>from == 0;
  if (isStraight && isPlain && blend <= 1) mixPixels(pixel, count, line, from, move, 1, 0, blend, true, true);
  else if (isPlain && blend == 0) mixPixels(pixel, count, line, from, move, 1, 0, 0, true, false);
  else if (isPlain && blend == 1) mixPixels(pixel, count, line, from, move, 1, 0, 1, true, false);
  else if (isStraight) mixPixels(pixel, count, line, from, move, share, step, blend, false, true);
  else mixPixels(pixel, count, line, from, move, share, step, blend, false, false);
}

// @ts-ignore: decorator
@inline
function mixPixels(
  target: usize, count: i32, line: usize, at: i64, move: i64, opacity: f32, step: f32, blend: i32,
  isPlain: boolean, isStraight: boolean,
): void {
  let places = i64x2.replace_lane(i64x2.splat(at), 1, at + move);
  const moves = i64x2.splat(move << 1);
  let weights = shares(opacity, opacity + step);
  let done = 0;
  for (; done + 2 <= count; done += 2) {
    let colour: v128;
    if (isStraight) {
      colour = v128.load(line + (<usize>(at >> 32) << 3));
      at += move << 1;
    } else {
      const one = v128.load(line + (<usize>(at >> 32) << 3));
      at += move;
      const two = v128.load(line + (<usize>(at >> 32) << 3));
      at += move;
      // one: [a pixel | the one right of it], two: the same; joined as [two pixels] and [two right of them].
      const left = v128.shuffle<i64>(one, two, 0, 2);
      const right = v128.shuffle<i64>(one, two, 1, 3);
      const parts = i16x8.shr_u(v128.shuffle<i16>(places, places, 1, 1, 1, 1, 5, 5, 5, 5), 1);
      places = i64x2.add(places, moves);
      colour = i16x8.add(left, i16x8.relaxed_q15mulr_s(i16x8.sub(right, left), parts));
    }
    if (!isPlain) {
      colour = i16x8.relaxed_q15mulr_s(colour, weights);
      if (step != 0) {
        const share = opacity + step * <f32>(done + 2);
        weights = shares(share, share + step);
      }
    }
    const under = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load64_zero(target)), 6);
    v128.store64_lane(target, pack(mix(colour, under, blend)), 0);
    target += 8;
  }
  if (done < count) {
    const both = v128.load(line + (<usize>(at >> 32) << 3));
    const next = v128.shuffle<i64>(both, both, 1, 1);
    const part = i16x8.splat(<i16>((at >> 17) & 0x7fff));
    let colour = i16x8.add(both, i16x8.relaxed_q15mulr_s(i16x8.sub(next, both), part));
    if (!isPlain) colour = i16x8.relaxed_q15mulr_s(colour, weights);
    const under = i16x8.shl(i16x8.extend_low_i8x16_u(v128.load32_zero(target)), 6);
    v128.store32_lane(target, pack(mix(colour, under, blend)), 0);
  }
}

// @ts-ignore: decorator
@inline
function shares(one: f32, two: f32): v128 {
  const a = <i16>(min<f32>(1, max<f32>(0, one)) * 32767);
  const b = <i16>(min<f32>(1, max<f32>(0, two)) * 32767);
  return v128.shuffle<i64>(i16x8.splat(a), i16x8.splat(b), 0, 2);
}

// @ts-ignore: decorator
@inline
function mix(colour: v128, under: v128, blend: i32): v128 {
  if (blend == 0) return colour;
  if (blend == 1) {
    const alpha = v128.shuffle<i16>(colour, colour, 3, 3, 3, 3, 7, 7, 7, 7);
    return i16x8.sub(i16x8.add(colour, under), i16x8.relaxed_q15mulr_s(under, share15(alpha)));
  }
  if (blend == 2) return i16x8.sub(i16x8.add(colour, under), i16x8.relaxed_q15mulr_s(under, share15(colour)));
  const alpha = v128.shuffle<i16>(colour, colour, 3, 3, 3, 3, 7, 7, 7, 7);
  return i16x8.sub(under, i16x8.relaxed_q15mulr_s(under, share15(i16x8.sub(alpha, colour))));
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
      const colour = i16x8.relaxed_q15mulr_s(sample(source, sourceWidth, sourceHeight, u, v), weight);
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
  const one = i16x8.add(a, i16x8.relaxed_q15mulr_s(i16x8.sub(b, a), across));
  const two = i16x8.add(c, i16x8.relaxed_q15mulr_s(i16x8.sub(e, c), across));
  return i16x8.add(one, i16x8.relaxed_q15mulr_s(i16x8.sub(two, one), down));
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
  const blue = i16x8(-3298, -11094, 14392, 0, -3298, -11094, 14392, 0);
  const red = i16x8(14392, -13073, -1319, 0, 14392, -13073, -1319, 0);
  const pitch = <usize>width << 2;
  let top = frame;
  let line = out;
  let u = out + <usize>(width * height);
  const chroma = <usize>(width >> 1) * (height >> 1);
  for (let y = 0; y < height; y += 2, top += pitch, line += width) {
    const tile = grain + <usize>(((y + grainY) & 63) << 6);
    const nextTile = grain + <usize>(((y + 1 + grainY) & 63) << 6);
    for (let x = 0; x < width; x += 4, top += 16, line += 4, u += 2) {
      const a = v128.load(top);
      const b = v128.load(top + pitch);
      const aLeft = i16x8.extend_low_i8x16_u(a);
      const aRight = i16x8.extend_high_i8x16_u(a);
      const bLeft = i16x8.extend_low_i8x16_u(b);
      const bRight = i16x8.extend_high_i8x16_u(b);
      // The tile is read four at a time, so it is laid in steps of four pixels across.
      const across = <usize>((x + grainX) & 60);
      const upper = lumaOf(aLeft, aRight, tile + across);
      const lower = lumaOf(bLeft, bRight, nextTile + across);
      const left = i16x8.add(aLeft, bLeft);
      const right = i16x8.add(aRight, bRight);
      // Four pixels a lane: [left pair summed | right pair summed].
      const four = i16x8.add(v128.shuffle<i64>(left, right, 0, 2), v128.shuffle<i64>(left, right, 1, 3));
      const blues = i32x4.dot_i16x8_s(four, blue);
      const reds = i32x4.dot_i16x8_s(four, red);
      const sum = i32x4.add(v128.shuffle<i32>(blues, reds, 0, 2, 4, 6), v128.shuffle<i32>(blues, reds, 1, 3, 5, 7));
      const bytes = narrowed(i32x4.shr_s(i32x4.add(sum, i32x4.splat(16842752)), 17));
      if (x + 4 <= width) {
        v128.store32_lane(line, upper, 0);
        v128.store32_lane(line + width, lower, 0);
        v128.store16_lane(u, bytes, 0);
        v128.store16_lane(u + chroma, bytes, 1);
      } else {
        // A last pair of columns: beside it lies what is packed already.
        v128.store16_lane(line, upper, 0);
        v128.store16_lane(line + width, lower, 0);
        v128.store8_lane(u, bytes, 0);
        v128.store8_lane(u + chroma, bytes, 2);
        top -= 8;
        line -= 2;
        u -= 1;
      }
    }
  }
}

/** Four pixels of luma with their grain, in the lowest four bytes. */
// @ts-ignore: decorator
@inline
function lumaOf(left: v128, right: v128, grain: usize): v128 {
  const luma = i16x8(5983, 20127, 2032, 0, 5983, 20127, 2032, 0);
  const one = i32x4.dot_i16x8_s(left, luma);
  const two = i32x4.dot_i16x8_s(right, luma);
  const sum = i32x4.add(v128.shuffle<i32>(one, two, 0, 2, 4, 6), v128.shuffle<i32>(one, two, 1, 3, 5, 7));
  const noise = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(grain)));
  return narrowed(i32x4.shr_s(i32x4.add(i32x4.add(sum, i32x4.splat(540672)), i32x4.shl(noise, 11)), 15));
}

// @ts-ignore: decorator
@inline
function narrowed(value: v128): v128 {
  const narrow = i16x8.narrow_i32x4_s(value, value);
  return i8x16.narrow_i16x8_u(narrow, narrow);
}
