import { readFileSync } from 'node:fs';

/** A picture in the kernel's memory: premultiplied RGBA, rows from the top. */
export interface Surface {
  at: number;
  width: number;
  height: number;
}

/** How a drawn picture meets what is there already; `replace` is for opaque pictures. */
export const blends = { replace: 0, normal: 1, screen: 2, multiply: 3 } as const;

export type Blend = keyof typeof blends;

/** One row to be drawn; see `drawRows` in kernel.as. */
export interface Row {
  v: number;
  u: number;
  du: number;
  from: number;
  to: number;
  opacity: number;
  step: number;
}

/** Two views of a product as they lie in memory, and what joins them; see `drawMorph` in morph.as. */
export interface MorphPair {
  width: number;
  height: number;
  /** Addresses of RGBX bytes, and of distances from the outline as f32. */
  from: { colour: number; edge: number };
  to: { colour: number; edge: number };
  /** Address of four f32 for each cell: across, down, owner, misfit. */
  cells: number;
  /** Address of two i32 for each row of cells: the first and the last cell to be drawn. */
  reach: number;
  columns: number;
  rows: number;
  still: number;
  handsOver: boolean;
  cell: number;
  edgeWidth: number;
}

/** How the brightness of a view is matched: added to each channel, as a share of it, near black and above. */
export interface MorphTones {
  line: readonly number[];
  curve: readonly number[];
}

/** The inner loops of the painter, in WebAssembly, with all its pictures in one memory. One for each thread. */
export interface Kernel {
  surface(width: number, height: number): Surface;
  /** Copies a picture with straight alpha in, premultiplying it. */
  load(
    bitmap: { width: number; height: number; data: Uint8Array | Uint8ClampedArray },
    into?: Surface,
  ): Surface;
  /** Copies numbers in, for good; answers with their address. */
  place(numbers: Float32Array | Int32Array | Uint8ClampedArray): number;
  /** The pixels of a surface as they lie in memory; valid until the next `surface`, `place` or `load` without `into`. */
  pixels(surface: Surface): Uint8Array;
  /** Draws rows from `y` on; `row` says for the n-th what it shows, or undefined to leave it out. */
  drawRows(options: {
    frame: Surface;
    source: Surface;
    y: number;
    rows: number;
    row(index: number): Row | undefined;
    blend: Blend;
  }): void;
  drawColumns(options: {
    frame: Surface;
    source: Surface;
    y: { from: number; to: number };
    x: { from: number; to: number };
    column(x: number): { u: number; slope: number; start: number };
    opacity: number;
  }): void;
  /** Fills a frame from another of its size: the pixel at (x, y) shows (a x + b y + c, a y - b x + d). */
  drawTurned(frame: Surface, source: Surface, from: { a: number; b: number; c: number; d: number }): void;
  /** Fills a surface of the views' size with the picture `amount` (0 to 1) of the way from the first to the second. */
  drawMorph(
    out: Surface,
    pair: MorphPair,
    options: {
      amount: number;
      tones: { from: MorphTones; to: MorphTones };
      alpha: 'premultiplied' | 'straight';
    },
  ): void;
  smear(
    frame: Surface,
    shots: { left: Surface; right: Surface },
    way: { offset: number; length: number },
  ): void;
  /** Packs a frame as I420 into `out`, with grain from the tile set by `setGrain`. */
  toI420(frame: Surface, out: Uint8Array, grain: { x: number; y: number }): void;
  /** A tile of 64 x 64, each value sixteen to a step of luma. */
  setGrain(tile: Int8Array): void;
}

const pageBytes = 65_536;
const rowBytes = 28;
const columnBytes = 12;
const spanBytes = 16;
const pairBytes = 128;
const mostRows = 2_048;
/** Widest picture, in pixels: the scratch line is this long. */
const widest = 8_192;

const compiled = new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));

export function createKernel(): Kernel {
  const memory = new WebAssembly.Memory({ initial: 64 });
  const code = exportsOf(new WebAssembly.Instance(compiled, { env: { memory } }));
  let free = 4_096;
  const reserve = (bytes: number) => {
    const at = free;
    // Loops read a vector at a time: the last one may reach past the end.
    free = Math.ceil((free + bytes + 64) / 64) * 64;
    const missing = Math.ceil((free - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) memory.grow(missing);
    return at;
  };
  const surface = (width: number, height: number): Surface => {
    if (width > widest) throw new Error(`A picture ${width} pixels wide is more than the kernel takes.`);
    return { at: reserve(width * height * 4), width, height };
  };
  const pixels = ({ at, width, height }: Surface) => new Uint8Array(memory.buffer, at, width * height * 4);
  const table = reserve(Math.max(mostRows * rowBytes, widest * columnBytes));
  const scratch = reserve((widest + 4) * 8);
  const sums = reserve((2 * widest + 1) * 16);
  const grainTile = reserve(64 * 64);
  const pairTable = reserve(pairBytes);
  const cellTable = reserved(reserve);
  let packed: { at: number; bytes: number } | undefined;

  /** Addresses of the spans of pictures, by the pictures' own; and the pictures whose spans are yet to be found. */
  const spans = new Map<number, number>();
  const unmeasured = new Set<number>();
  const changed = ({ at, height }: Surface) => {
    if (!spans.has(at)) spans.set(at, reserve(height * spanBytes));
    unmeasured.add(at);
  };
  const drawnOn = ({ at }: Surface) => {
    spans.delete(at);
    unmeasured.delete(at);
  };
  const spansOf = ({ at, width, height }: Surface) => {
    const found = spans.get(at) ?? 0;
    if (unmeasured.delete(at)) code.findSpans(at, width, height, found);
    return found;
  };
  return {
    surface,
    pixels,
    place(numbers) {
      const at = reserve(numbers.byteLength);
      new Uint8Array(memory.buffer, at, numbers.byteLength).set(
        new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
      );
      return at;
    },
    load(bitmap, into = surface(bitmap.width, bitmap.height)) {
      const { width, height, data } = bitmap;
      if (data.length !== width * height * 4 || into.width !== width || into.height !== height)
        throw new Error(`A picture of ${width}×${height} pixels has ${data.length} bytes.`);
      premultiply(data, pixels(into));
      changed(into);
      return into;
    },
    drawRows({ frame, source, y, rows, row, blend }) {
      const first = Math.max(0, y);
      const last = Math.min(frame.height, y + rows);
      if (last <= first) return;
      drawnOn(frame);
      const entries = new Float32Array(memory.buffer, table, (last - first) * 7);
      for (let index = first; index < last; index++) fillRow(entries, index - first, row(index - y));
      code.drawRows(
        frame.at,
        frame.width,
        first,
        last - first,
        table,
        source.at,
        source.width,
        source.height,
        blend === 'replace' ? 0 : spansOf(source),
        scratch,
        blends[blend],
      );
    },
    drawColumns({ frame, source, y, x, column, opacity }) {
      const [from, to] = [Math.max(0, x.from), Math.min(frame.width, x.to)];
      const [top, bottom] = [Math.max(0, y.from), Math.min(frame.height, y.to)];
      if (to <= from || bottom <= top) return;
      drawnOn(frame);
      const entries = new Float32Array(memory.buffer, table, (to - from) * 3);
      for (let at = from; at < to; at++) {
        const { u, slope, start } = column(at);
        entries.set([u, slope, start], (at - from) * 3);
      }
      code.drawColumns(
        frame.at,
        frame.width,
        top,
        bottom,
        from,
        to,
        table,
        source.at,
        source.width,
        source.height,
        opacity,
      );
    },
    drawTurned(frame, source, { a, b, c, d }) {
      drawnOn(frame);
      code.drawTurned(frame.at, source.at, source.width, source.height, a, b, c, d);
    },
    drawMorph(out, pair, { amount, tones, alpha }) {
      const { columns, rows } = pair;
      const scratchCells = cellTable(columns * 4 + columns * rows * 52 + 48);
      fillPair(new DataView(memory.buffer, pairTable, pairBytes), pair, { tones, scratch: scratchCells });
      code.drawMorph(out.at, pairTable, amount, alpha === 'straight' ? 1 : 0);
      changed(out);
    },
    smear(frame, { left, right }, { offset, length }) {
      drawnOn(frame);
      code.smear(frame.at, left.at, right.at, frame.width, frame.height, offset, length, sums);
    },
    toI420(frame, out, grain) {
      const bytes = (frame.width * frame.height * 3) / 2;
      packed ??= { at: reserve(bytes), bytes };
      if (packed.bytes < bytes) throw new Error('All frames of a film have one size.');
      code.toI420(frame.at, frame.width, frame.height, packed.at, grainTile, grain.x, grain.y);
      out.set(new Uint8Array(memory.buffer, packed.at, bytes));
    },
    setGrain(tile) {
      new Int8Array(memory.buffer, grainTile, 64 * 64).set(tile);
    },
  };
}

/** Memory that is used for one call only; a larger piece is reserved when one asks for more. */
function reserved(reserve: (bytes: number) => number): (bytes: number) => number {
  let piece = { at: 0, bytes: 0 };
  return (bytes) => {
    if (bytes > piece.bytes) piece = { at: reserve(bytes), bytes };
    return piece.at;
  };
}

/** In the order of `Pair` in morph.as. */
function fillPair(
  view: DataView,
  pair: MorphPair,
  { tones, scratch }: { tones: { from: MorphTones; to: MorphTones }; scratch: number },
): void {
  for (const [index, { curve, line }] of [tones.from, tones.to].entries())
    for (let channel = 0; channel < 4; channel++) {
      const at = (index * 4 + channel) * 2;
      const steps = (shares: readonly number[]) => Math.round((shares[channel] ?? 0) * 32_768);
      view.setInt16(at, steps(curve), true);
      view.setInt16(at + 16, steps(line), true);
      view.setInt16(at + 32, steps(line) > 0 ? -1 : 0, true);
    }
  const { width, height, from, to, cells, reach } = pair;
  // What is a thousandth beyond would be sampled outside.
  for (const [lane, side] of [width, height, width, height].entries())
    view.setFloat32(48 + lane * 4, side - 1.001, true);
  const addresses = [from.colour, from.edge, to.colour, to.edge, cells, reach];
  const counts = [pair.columns, pair.rows, pair.still, pair.handsOver ? 1 : 0];
  for (const [index, value] of [width, height, ...addresses, ...counts].entries())
    view.setInt32(64 + index * 4, value, true);
  view.setFloat32(112, pair.cell, true);
  view.setFloat32(116, pair.edgeWidth, true);
  view.setInt32(120, scratch, true);
}

function fillRow(entries: Float32Array, index: number, row: Row | undefined): void {
  const at = index * 7;
  entries[at] = row?.v ?? 0;
  entries[at + 1] = row?.u ?? 0;
  entries[at + 2] = row?.du ?? 0;
  entries[at + 3] = row?.from ?? 0;
  entries[at + 4] = row?.to ?? 0;
  entries[at + 5] = row?.opacity ?? 0;
  entries[at + 6] = row?.step ?? 0;
}

function premultiply(data: Uint8Array | Uint8ClampedArray, out: Uint8Array): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number;
    if (alpha === 255) {
      out[at] = data[at] as number;
      out[at + 1] = data[at + 1] as number;
      out[at + 2] = data[at + 2] as number;
    } else {
      out[at] = ((data[at] as number) * alpha + 127) / 255;
      out[at + 1] = ((data[at + 1] as number) * alpha + 127) / 255;
      out[at + 2] = ((data[at + 2] as number) * alpha + 127) / 255;
    }
    out[at + 3] = alpha;
  }
}

type Call = (...numbers: number[]) => void;

function exportsOf({ exports }: WebAssembly.Instance) {
  const call = (name: string): Call => {
    const found = exports[name];
    if (typeof found !== 'function') throw new Error(`kernel.wasm does not export ${name}: build it anew.`);
    return found as Call;
  };
  return {
    drawRows: call('drawRows'),
    findSpans: call('findSpans'),
    drawColumns: call('drawColumns'),
    drawTurned: call('drawTurned'),
    drawMorph: call('drawMorph'),
    smear: call('smear'),
    toI420: call('toI420'),
  };
}
