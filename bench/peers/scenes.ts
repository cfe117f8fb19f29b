/** What every peer draws. Lengths are shares of the picture's height unless the name says otherwise. */

export type SceneName = 'two-layer' | 'storyboard';

/** Absolute paths. */
export interface SceneAssets {
  /** A photograph that covers the picture, JPEG. */
  background: string;
  /** A product cut out of its background: a PNG with alpha. */
  cutOut: string;
  /** The font of the captions, TTF or OTF. */
  font: string;
}

/** `seconds` is drawing and encoding alone; what is needed once, before the first frame, stands beside it. */
export interface PeerResult {
  frames: number;
  seconds: number;
  setUp: { bundleSeconds: number; browserSeconds: number };
}

export const film = { width: 1280, height: 720, fps: 24, seconds: 5, frames: 120 } as const;

export const caption = {
  text: 'Fjell stoneware mug',
  size: 0.078,
  /** Of the middle of its line. */
  centreY: 0.87,
  shadow: { offsetY: 0.004, blurSigma: 0.008, opacity: 0.6 },
} as const;

/** A photo that grows slowly, a cut-out that crosses it, a caption with a soft shadow. */
export const twoLayer = {
  zoom: { from: 1, to: 1.12 },
  cutOut: { height: 0.56, centreY: 0.47, centreXOfWidth: { from: 0.38, to: 0.62 } },
} as const;

/** Two shots in a studio: a product that turns, the second seen closer and from the other side. */
export const storyboard = {
  shots: [
    { endSeconds: 2.75, backdrop: ['#f3ece2', '#cdbba5'], turnDegrees: [-16, 8], scale: [0.92, 1] },
    { endSeconds: 5, backdrop: ['#dfe6e0', '#93a79b'], turnDegrees: [14, -6], scale: [1.1, 1.04] },
  ],
  dissolveSeconds: 0.5,
  horizonY: 0.68,
  product: { height: 0.56, footY: 0.755 },
  /** The caption of each shot comes up from below, so long after its shot begins. */
  captionRise: { delaySeconds: 0.3, seconds: 0.6, way: 0.045 },
} as const;
