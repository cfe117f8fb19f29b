import { minimaxH3, minimaxH3Sglang } from './minimax-h3.ts';
import type { VideosPreset } from './preset.ts';
import { wan22 } from './wan.ts';

/** The models that are known here. A new one is a row: what it takes and makes, and its fields. */
export const videosPresets: readonly VideosPreset[] = [minimaxH3, minimaxH3Sglang, wan22];

export function findVideosPreset(name: string): VideosPreset | undefined {
  return videosPresets.find((preset) => preset.name === name);
}
