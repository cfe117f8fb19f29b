import { AbsoluteFill, Img, interpolate, staticFile, useCurrentFrame } from 'remotion';
import { film, twoLayer } from '../scenes.ts';
import { Caption } from './caption.jsx';

export function TwoLayer() {
  const frame = useCurrentFrame();
  const { zoom, cutOut } = twoLayer;
  const over = (range) => interpolate(frame, [0, film.frames - 1], [range.from, range.to]);
  return (
    <AbsoluteFill>
      <Img
        src={staticFile('background')}
        style={{ width: '100%', height: '100%', objectFit: 'cover', transform: `scale(${over(zoom)})` }}
      />
      <Img
        src={staticFile('cut-out')}
        style={{
          position: 'absolute',
          left: 0,
          top: 0,
          height: film.height * cutOut.height,
          transform: `translate(${film.width * over(cutOut.centreXOfWidth)}px, ${film.height * cutOut.centreY}px) translate(-50%, -50%)`,
        }}
      />
      <Caption />
    </AbsoluteFill>
  );
}
