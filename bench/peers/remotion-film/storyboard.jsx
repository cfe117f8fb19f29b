import { AbsoluteFill, Easing, Img, interpolate, staticFile, useCurrentFrame } from 'remotion';
import { film, storyboard } from '../scenes.ts';
import { Caption } from './caption.jsx';

const held = { extrapolateLeft: 'clamp', extrapolateRight: 'clamp' };
const [first, second] = storyboard.shots;
const secondStarts = first.endSeconds - storyboard.dissolveSeconds;

/** Two shots that dissolve into each other, graded together, under one grain. */
export function Storyboard() {
  const seconds = useCurrentFrame() / film.fps;
  const mixed = interpolate(seconds, [secondStarts, first.endSeconds], [0, 1], held);
  return (
    <AbsoluteFill>
      <AbsoluteFill style={{ filter: 'contrast(1.06) saturate(1.1) sepia(0.06) brightness(1.01)' }}>
        {mixed < 1 ? <Shot shot={first} startSeconds={0} seconds={seconds} opacity={1} /> : null}
        {mixed > 0 ? (
          <Shot shot={second} startSeconds={secondStarts} seconds={seconds} opacity={mixed} />
        ) : null}
      </AbsoluteFill>
      <Grain />
    </AbsoluteFill>
  );
}

function Shot({ shot, startSeconds, seconds, opacity }) {
  const along = interpolate(seconds, [startSeconds, shot.endSeconds], [0, 1], {
    ...held,
    easing: Easing.inOut(Easing.sin),
  });
  const between = ([from, to]) => from + (to - from) * along;
  const { delaySeconds, seconds: riseSeconds, way } = storyboard.captionRise;
  const riseStarts = startSeconds + delaySeconds;
  const risen = interpolate(seconds, [riseStarts, riseStarts + riseSeconds], [0, 1], {
    ...held,
    easing: Easing.out(Easing.cubic),
  });
  return (
    <AbsoluteFill style={{ opacity }}>
      <AbsoluteFill style={{ transform: `scale(${between(shot.scale)})` }}>
        <Studio backdrop={shot.backdrop} />
        <Product turnDegrees={between(shot.turnDegrees)} />
      </AbsoluteFill>
      <Caption opacity={risen} below={way * (1 - risen)} />
    </AbsoluteFill>
  );
}

// Larger than the picture, so that a shot that is drawn smaller has no border.
function Studio({ backdrop: [light, dark] }) {
  const horizon = `${((storyboard.horizonY + 0.1) / 1.2) * 100}%`;
  return (
    <div
      style={{
        position: 'absolute',
        inset: '-10%',
        background: [
          `linear-gradient(to bottom, transparent calc(${horizon} - 6%), ${dark} ${horizon}, ${light} 100%)`,
          `radial-gradient(ellipse 60% 70% at 50% 42%, ${light}, ${dark})`,
        ].join(', '),
      }}
    />
  );
}

/** The product in perspective, its reflection in the floor and its shadow under it. */
function Product({ turnDegrees }) {
  const { height, footY } = storyboard.product;
  const size = { height: film.height * height };
  const turned = `perspective(1400px) rotateY(${turnDegrees}deg)`;
  const foot = { position: 'absolute', left: '50%', top: film.height * footY };
  const fade = 'linear-gradient(to top, rgba(0, 0, 0, 0.32), transparent 38%)';
  return (
    <>
      <Img
        src={staticFile('cut-out')}
        style={{
          ...foot,
          ...size,
          transform: `translate(-50%, -2.6%) ${turned} scaleY(-1)`,
          maskImage: fade,
          filter: 'blur(2px)',
        }}
      />
      <div
        style={{
          ...foot,
          width: film.height * height * 1.1,
          height: film.height * 0.07,
          transform: 'translate(-50%, -82%)',
          borderRadius: '50%',
          background: 'rgba(40, 28, 18, 0.5)',
          filter: 'blur(18px)',
        }}
      />
      <Img
        src={staticFile('cut-out')}
        style={{ ...foot, ...size, transform: `translate(-50%, -100%) ${turned}` }}
      />
    </>
  );
}

const tile = `url("data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><filter id="n"><feTurbulence type="fractalNoise" baseFrequency="0.9" numOctaves="1" seed="7" stitchTiles="stitch"/><feColorMatrix values="2.4 0 0 0 -0.7 2.4 0 0 0 -0.7 2.4 0 0 0 -0.7 0 0 0 0 1"/></filter><rect width="256" height="256" filter="url(#n)"/></svg>',
)}")`;

// One tile of noise, moved to another place for each frame.
function Grain() {
  const frame = useCurrentFrame();
  return (
    <AbsoluteFill
      style={{
        backgroundImage: tile,
        backgroundPosition: `${(frame * 97) % 256}px ${(frame * 61) % 256}px`,
        mixBlendMode: 'overlay',
        opacity: 0.07,
      }}
    />
  );
}
