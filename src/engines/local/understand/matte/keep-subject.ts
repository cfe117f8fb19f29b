import { labelRegions } from '../regions.ts';

/** The subject: every region of non-ground that is not a speck beside the largest one. */
export function keepSubject(ground: Uint8Array, width: number): Uint8Array {
  const { labels, regions } = labelRegions(ground, 0, width);
  const largest = regions.reduce((most, region) => Math.max(most, region.area), 0);
  const isKept = new Uint8Array(regions.length + 1);
  for (const { label, area } of regions) if (area >= largest * 0.02) isKept[label] = 1;
  const subject = new Uint8Array(ground.length);
  for (let index = 0; index < subject.length; index++) subject[index] = isKept[labels[index] ?? 0] ?? 0;
  return subject;
}
