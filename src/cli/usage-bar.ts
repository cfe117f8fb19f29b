import type { Style } from './style.ts';

const width = 16;

/** A bar of so many percent, green, then yellow from 80, red from 100; beyond that it stays full. */
export function usageBar(percent: number, style: Style): string {
  const full = Math.min(width, Math.max(percent > 0 ? 1 : 0, Math.floor((percent / 100) * width)));
  const paint = percent >= 100 ? style.bad : percent >= 80 ? style.careful : style.good;
  return `${paint('█'.repeat(full))}${style.faint('░'.repeat(width - full))}`;
}
