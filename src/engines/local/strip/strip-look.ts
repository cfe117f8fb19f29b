/** Calm and dark, so that the frames are what is looked at. */
export const colours = {
  ground: '#17181b',
  raised: '#26282d',
  line: '#33353b',
  strong: '#f4f2ee',
  text: '#c9c9cc',
  faint: '#8b8d94',
  accent: '#e8b04a',
} as const;

/** Pixels of the whole strip across, and of the border around its content. */
export const stripWidth = 2_400;
export const margin = 72;
export const contentWidth = stripWidth - 2 * margin;
