import { fitTo, oneLine } from './text-width.ts';

/** A text of somebody's own for a table: one line, at most so wide, and no wider than it is. */
export const short = (text: string, width: number) => fitTo(oneLine(text), width).trimEnd();
