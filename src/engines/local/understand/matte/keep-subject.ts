import { labelRegions } from '../regions.ts';

/** The subject: every region of non-ground that is not a speck beside the largest one. */
export function keepSubject(ground: Uint8Array, width: number): Uint8Array {
  const { labels, regions } = labelRegions(ground, 0, width);
  const largest = regions.reduce((most, region) => Math.max(most, region.area), 0);
  const kept = new Set(regions.filter((region) => region.area >= largest * 0.02).map(({ label }) => label));
  const subject = new Uint8Array(ground.length);
  for (let index = 0; index < subject.length; index++) if (kept.has(labels[index] ?? 0)) subject[index] = 1;
  return subject;
}
