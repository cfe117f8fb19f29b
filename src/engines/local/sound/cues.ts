import type { bedMoods, foleySounds } from '../../../domain/storyboard.ts';

export type BedMood = (typeof bedMoods)[number];

export type FoleySound = (typeof foleySounds)[number];
