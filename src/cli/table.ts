import type { Style } from './style.ts';
import { widthOf } from './text-width.ts';

export interface Column<Row> {
  head: string;
  align?: 'left' | 'right';
  cell(row: Row): string;
}

/** Aligned columns under a head, as lines. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ head }, index) =>
    Math.max(widthOf(head), ...cells.map((line) => widthOf(line[index] ?? ''))),
  );
  const lineOf = (line: readonly string[], paint: (text: string) => string) =>
    columns
      .map(({ align }, index) => {
        const text = line[index] ?? '';
        const space = ' '.repeat((widths[index] ?? 0) - widthOf(text));
        return align === 'right' ? space + paint(text) : paint(text) + space;
      })
      .join('   ')
      .trimEnd();
  return [
    lineOf(
      columns.map(({ head }) => head),
      style.faint,
    ),
    ...cells.map((line) => lineOf(line, (text) => text)),
  ];
}
