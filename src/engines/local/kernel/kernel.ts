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

/** The inner loops of the painter, in WebAssembly, with all its pictures in one memory. One for each thread. */
export interface Kernel {
  surface(width: number, height: number): Surface;
  /** Copies a picture with straight alpha in, premultiplying it. */
  load(
    bitmap: { width: number; height: number; data: Uint8Array | Uint8ClampedArray },
    into?: Surface,
  ): Surface;
  /** The pixels of a surface as they lie in memory; valid until the next `surface` or `load` without `into`. */
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
  const scratch = reserve((widest + 2) * 8);
  const sums = reserve((2 * widest + 1) * 16);
  const grainTile = reserve(64 * 64);
  let packed: { at: number; bytes: number } | undefined;
  return {
    surface,
    pixels,
    load(bitmap, into = surface(bitmap.width, bitmap.height)) {
      const { width, height, data } = bitmap;
      if (data.length !== width * height * 4 || into.width !== width || into.height !== height)
        throw new Error(`A picture of ${width}×${height} pixels has ${data.length} bytes.`);
      premultiply(data, pixels(into));
      return into;
    },
    drawRows({ frame, source, y, rows, row, blend }) {
      const first = Math.max(0, y);
      const last = Math.min(frame.height, y + rows);
      if (last <= first) return;
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
        scratch,
        blends[blend],
      );
    },
    drawColumns({ frame, source, y, x, column, opacity }) {
      const [from, to] = [Math.max(0, x.from), Math.min(frame.width, x.to)];
      const [top, bottom] = [Math.max(0, y.from), Math.min(frame.height, y.to)];
      if (to <= from || bottom <= top) return;
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
      code.drawTurned(frame.at, source.at, source.width, source.height, a, b, c, d);
    },
    smear(frame, { left, right }, { offset, length }) {
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
    drawColumns: call('drawColumns'),
    drawTurned: call('drawTurned'),
    smear: call('smear'),
    toI420: call('toI420'),
  };
}
