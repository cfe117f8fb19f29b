/**
 * Colours of a set by name. The values are chosen to look right as a lit backdrop, so they are calmer than the
 * screen primaries of the same name; black keeps a little light for a shadow to show.
 */
export const colourWords: Readonly<Record<string, string>> = {
  white: '#ffffff',
  'off white': '#f7f4ec',
  ivory: '#f6f0de',
  cream: '#f5ecd7',
  beige: '#e3d5bd',
  sand: '#d9c3a0',
  taupe: '#a89a8a',
  grey: '#9a9a9a',
  'slate grey': '#5f6b76',
  charcoal: '#36393d',
  graphite: '#2b2d31',
  anthracite: '#303438',
  black: '#111111',
  silver: '#c7cacd',
  red: '#c62828',
  crimson: '#a61b34',
  burgundy: '#6b1e33',
  wine: '#64203a',
  coral: '#f4826a',
  salmon: '#f2a18f',
  peach: '#f8c9a8',
  apricot: '#f6b981',
  orange: '#ee7f2d',
  terracotta: '#b5522b',
  rust: '#9c4322',
  copper: '#b87346',
  bronze: '#8c6a3f',
  brown: '#6f4a2f',
  chocolate: '#4a2c1d',
  caramel: '#b9793f',
  tan: '#cfa878',
  ochre: '#c58b2b',
  mustard: '#d3a02c',
  gold: '#caa24a',
  amber: '#e59a1c',
  yellow: '#f3ce3e',
  lemon: '#f7e463',
  lime: '#b8d343',
  olive: '#7a7a3a',
  khaki: '#b3a572',
  sage: '#a9b797',
  mint: '#b9e2cd',
  green: '#3f8f4f',
  'forest green': '#264b35',
  'emerald green': '#117a58',
  emerald: '#117a58',
  moss: '#68723c',
  teal: '#16737a',
  turquoise: '#3bb6b0',
  aqua: '#7fd3d6',
  cyan: '#29b5d6',
  'sky blue': '#9fcbea',
  'baby blue': '#bcdcf2',
  blue: '#2b62b8',
  'royal blue': '#2747b0',
  cobalt: '#1d48a8',
  navy: '#1b2a4e',
  'midnight blue': '#15203b',
  indigo: '#3b3a8a',
  lavender: '#c9bce4',
  lilac: '#cbaede',
  purple: '#6d3f9c',
  violet: '#7c4fb5',
  plum: '#6a2f5b',
  mauve: '#b79ab4',
  magenta: '#c42a86',
  pink: '#f2a7bf',
  'hot pink': '#ec3d8d',
  'dusty pink': '#d8a7a7',
  rose: '#dd8a95',
  blush: '#f0cfca',
  'rose gold': '#c99a8b',
};

const respelled: Readonly<Record<string, string>> = { gray: 'grey', golden: 'gold', rosé: 'rose' };

/** How far a word pulls a colour toward white or black. */
const shades: Readonly<Record<string, { toward: 0 | 255; by: number }>> = {
  light: { toward: 255, by: 0.45 },
  pale: { toward: 255, by: 0.6 },
  pastel: { toward: 255, by: 0.55 },
  soft: { toward: 255, by: 0.35 },
  dark: { toward: 0, by: 0.45 },
  deep: { toward: 0, by: 0.3 },
};

const single = new Set(
  [...Object.keys(colourWords), ...Object.keys(respelled)].flatMap((name) => name.split(' ').at(-1) ?? []),
);
const hexPattern = /^#(?:[\da-f]{3}|[\da-f]{6})$/;

/** Whether a word ends the name of a colour: `green` of "forest green", `#b5522b`. */
export const isColourWord = (word: string) => single.has(word) || hexPattern.test(word);

/** Reads a colour that ends with the last of the words: how many of them it takes, and its `#rrggbb`. */
export function readColour(words: readonly string[]): { hex: string; count: number } | undefined {
  const last = words.at(-1) ?? '';
  if (hexPattern.test(last)) return { hex: longHex(last), count: 1 };
  const [before = '', name = ''] = [spelled(words.at(-2)), spelled(last)];
  const pair = colourWords[`${before} ${name}`];
  const own = named(name);
  // Of two names the first is the exact one: "sage green", "charcoal grey".
  const exact = pair ?? (own === undefined ? undefined : named(before));
  const hex = exact ?? own;
  if (hex === undefined) return undefined;
  const count = exact === undefined ? 1 : 2;
  const shade = words.at(-1 - count) ?? '';
  if (!Object.hasOwn(shades, shade)) return { hex, count };
  return { hex: shaded(hex, shade), count: count + 1 };
}

const named = (name: string) => (Object.hasOwn(colourWords, name) ? colourWords[name] : undefined);

const spelled = (word = '') => (Object.hasOwn(respelled, word) ? (respelled[word] ?? word) : word);

const longHex = (hex: string) =>
  hex.length === 7 ? hex : `#${[...hex.slice(1)].map((digit) => digit + digit).join('')}`;

function shaded(hex: string, name: string): string {
  const { toward, by } = shades[name] ?? { toward: 0, by: 0 };
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const mixed = channels.map((channel) => Math.round(channel + (toward - channel) * by));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
