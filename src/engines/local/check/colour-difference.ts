/** CIE L*a*b* under D65. */
export interface Lab {
  L: number;
  a: number;
  b: number;
}

/** sRGB from 0 to 255, whole or not, in L*a*b*: IEC 61966-2-1, then CIE 15. */
export function labOfRgb(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = curve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = curve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return { L: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z) };
}

/**
 * CIEDE2000, the difference between two colours as it is seen: 1 is just noticed side by side. After Sharma, Wu and
 * Dalal, "The CIEDE2000 color-difference formula", Color Research and Application 30 (2005), with all weights 1.
 */
export function colourDifference(one: Lab, other: Lab): number {
  const [first, second] = polar(one, other);
  const lightness = other.L - one.L;
  const chroma = second.chroma - first.chroma;
  const isGrey = first.chroma * second.chroma === 0;
  const turn = isGrey ? 0 : halfTurned(second.hue - first.hue);
  const hue = 2 * Math.sqrt(first.chroma * second.chroma) * Math.sin(radians(turn / 2));

  const meanL = (one.L + other.L) / 2;
  const meanC = (first.chroma + second.chroma) / 2;
  const meanH = isGrey ? first.hue + second.hue : meanHue(first.hue, second.hue);
  const t =
    1 -
    0.17 * Math.cos(radians(meanH - 30)) +
    0.24 * Math.cos(radians(2 * meanH)) +
    0.32 * Math.cos(radians(3 * meanH + 6)) -
    0.2 * Math.cos(radians(4 * meanH - 63));
  const scaledL = lightness / (1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2));
  const scaledC = chroma / (1 + 0.045 * meanC);
  const scaledH = hue / (1 + 0.015 * meanC * t);
  const rotation = -2 * saturation(meanC) * Math.sin(radians(60 * Math.exp(-(((meanH - 275) / 25) ** 2))));
  return Math.sqrt(scaledL ** 2 + scaledC ** 2 + scaledH ** 2 + rotation * scaledC * scaledH);
}

interface Polar {
  chroma: number;
  /** In degrees, 0 to 360; 0 for a grey. */
  hue: number;
}

/** Chroma and hue, with the red-green axis stretched near grey. */
function polar(one: Lab, other: Lab): [Polar, Polar] {
  const meanC = (Math.hypot(one.a, one.b) + Math.hypot(other.a, other.b)) / 2;
  const stretch = 1 + 0.5 * (1 - saturation(meanC));
  const of = ({ a, b }: Lab): Polar => {
    const hue = (Math.atan2(b, a * stretch) * 180) / Math.PI;
    return { chroma: Math.hypot(a * stretch, b), hue: hue < 0 ? hue + 360 : hue };
  };
  return [of(one), of(other)];
}

const saturation = (chroma: number) => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** The shorter way round between two hues. */
function halfTurned(turn: number): number {
  if (turn > 180) return turn - 360;
  return turn < -180 ? turn + 360 : turn;
}

function meanHue(one: number, other: number): number {
  const sum = one + other;
  if (Math.abs(one - other) <= 180) return sum / 2;
  return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

const curve = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
