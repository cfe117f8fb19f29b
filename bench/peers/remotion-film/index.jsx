import { Composition, registerRoot } from 'remotion';
import { film } from '../scenes.ts';
import { Storyboard } from './storyboard.jsx';
import { TwoLayer } from './two-layer.jsx';

const shape = {
  width: film.width,
  height: film.height,
  fps: film.fps,
  durationInFrames: film.frames,
};

function Films() {
  return (
    <>
      <Composition id="two-layer" component={TwoLayer} {...shape} />
      <Composition id="storyboard" component={Storyboard} {...shape} />
    </>
  );
}

registerRoot(Films);
