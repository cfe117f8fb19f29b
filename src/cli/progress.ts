import type { Sink } from './sink.ts';
import type { Style } from './style.ts';
import { fitTo, oneLine, widthOf } from './text-width.ts';

/**
 * What runs just now, on standard error: a bar for each running thing on a terminal, drawn anew in place; elsewhere
 * a plain line whenever one begins or ends.
 */
export interface Progress {
  /** Begins or moves a bar. `fraction` is of its whole, from 0 to 1. */
  show(key: string, state: { label: string; fraction: number; doing: string }): void;
  /** Takes a bar away for the time being. */
  hide(key: string): void;
  /** Takes a bar away and leaves one line in its place. */
  end(key: string, line: string): void;
  /** A line about the whole, below the bars. */
  total(text: string): void;
  /** Lets something else be written between the bars and what was written before. */
  aside(write: () => void): void;
  /** Takes the bars away. */
  close(): void;
}

interface Bar {
  label: string;
  fraction: number;
  doing: string;
}

const redrawMs = 80;
const mostBars = 12;
const widestBar = 24;
const widestLabel = 28;

export function createProgress(options: { stderr: Sink; style: Style; quiet: boolean }): Progress {
  const { stderr, style, quiet } = options;
  if (quiet) return silent;
  return stderr.isTTY === true ? liveBars(stderr, style) : plainLines(stderr);
}

const silent: Progress = {
  show() {},
  hide() {},
  end() {},
  total() {},
  aside: (write) => write(),
  close() {},
};

function plainLines(stderr: Sink): Progress {
  const begun = new Set<string>();
  return {
    show(key, { label, doing }) {
      if (begun.has(key)) return;
      begun.add(key);
      stderr.write(`${oneLine(label)}: ${oneLine(doing)}\n`);
    },
    hide() {},
    end(_key, line) {
      stderr.write(`${line}\n`);
    },
    total() {},
    aside: (write) => write(),
    close() {},
  };
}

function liveBars(stderr: Sink, style: Style): Progress {
  const bars = new Map<string, Bar>();
  let total = '';
  let drawn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const erase = () => {
    if (drawn > 0) stderr.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    timer = undefined;
    if (closed) return;
    const width = (stderr.columns ?? 80) - 1;
    const running = [...bars.values()];
    const sizes = sizesFor(width, running);
    const lines = running.slice(0, mostBars).map((bar) => barLine(bar, { ...sizes, style }));
    if (running.length > mostBars)
      lines.push(style.faint(fitTo(`… and ${running.length - mostBars} more`, width)));
    if (total !== '') lines.push(style.faint(fitTo(total, width)));
    erase();
    stderr.write(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const redraw = () => {
    timer ??= setTimeout(draw, redrawMs);
  };
  const aside = (write: () => void) => {
    erase();
    write();
    draw();
  };
  return {
    show(key, bar) {
      bars.set(key, bar);
      redraw();
    },
    hide(key) {
      if (bars.delete(key)) redraw();
    },
    end(key, line) {
      bars.delete(key);
      aside(() => stderr.write(`${line}\n`));
    },
    total(text) {
      total = text;
      redraw();
    },
    aside,
    close() {
      clearTimeout(timer);
      erase();
      closed = true;
    },
  };
}

interface Sizes {
  label: number;
  bar: number;
  doing: number;
}

/** A line that is as wide as the terminal would wrap, and could not be erased: the parts shrink in turn. */
function sizesFor(width: number, bars: readonly Bar[]): Sizes {
  const spaces = '    100%  '.length + 1;
  const bar = Math.max(4, Math.min(widestBar, Math.floor((width - spaces) / 3)));
  const longest = Math.max(4, ...bars.map(({ label }) => widthOf(oneLine(label))));
  const label = Math.max(1, Math.min(longest, widestLabel, width - spaces - bar));
  return { label, bar, doing: width - spaces - bar - label };
}

function barLine(bar: Bar, { label, bar: size, doing, style }: Sizes & { style: Style }): string {
  const fraction = Math.min(1, Math.max(0, bar.fraction));
  const filled = Math.round(fraction * size);
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
  const words = doing < 6 ? '' : `  ${style.faint(fitTo(oneLine(bar.doing), doing).trimEnd())}`;
  return `  ${fitTo(oneLine(bar.label), label)}  ${style.good('━'.repeat(filled))}${style.faint('─'.repeat(size - filled))} ${percent}${words}`;
}
