import { useEffect, useState } from 'react';
import { continueRender, delayRender, staticFile } from 'remotion';
import { caption, film } from '../scenes.ts';

const pixels = (share) => share * film.height;

/** `below` shifts it down, as a share of the picture's height. */
export function Caption({ opacity = 1, below = 0 }) {
  useFont();
  const { text, size, centreY, shadow } = caption;
  return (
    <div
      style={{
        position: 'absolute',
        left: 0,
        right: 0,
        top: 0,
        textAlign: 'center',
        whiteSpace: 'nowrap',
        fontFamily: 'Scene',
        fontSize: pixels(size),
        lineHeight: 1,
        color: 'white',
        // A CSS shadow's radius is twice the sigma of its blur.
        textShadow: `0 ${pixels(shadow.offsetY)}px ${2 * pixels(shadow.blurSigma)}px rgba(0, 0, 0, ${shadow.opacity})`,
        opacity,
        transform: `translateY(${pixels(centreY + below - size / 2)}px)`,
      }}
    >
      {text}
    </div>
  );
}

// No frame is taken before the font is there.
function useFont() {
  const [handle] = useState(() => delayRender('the font of the caption'));
  useEffect(() => {
    const font = new FontFace('Scene', `url(${staticFile('font')})`);
    font.load().then((loaded) => {
      document.fonts.add(loaded);
      continueRender(handle);
    });
  }, [handle]);
}
