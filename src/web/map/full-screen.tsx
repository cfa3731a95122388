// The map, and all that lies on it, on the full screen, where the browser offers that.

import { useEffect, useState } from 'preact/hooks';
import { moreOf } from '../text/english-more.ts';
import type { FullScreenProps } from './full-screen-later.tsx';

export function FullScreen({ app, Button }: FullScreenProps) {
  const more = moreOf(app);
  const [supported, setSupported] = useState(false);
  const [full, setFull] = useState(false);
  useEffect(() => {
    setSupported(document.fullscreenEnabled === true);
    const onChange = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  if (!supported) return null;
  const toggle = () => {
    const done = full ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    // Refused, by a frame's policy for one: the page stays as it is.
    done.catch(() => setFull(document.fullscreenElement !== null));
  };
  return (
    <Button
      label={full ? more.fullScreenEnd : more.fullScreen}
      path={
        full
          ? 'M13.5 2.5l-4 4M9.5 3v3.5H13M2.5 13.5l4-4M6.5 13V9.5H3'
          : 'M9.5 6.5l4-4M10 2.5h3.5V6M6.5 9.5l-4 4M6 13.5H2.5V10'
      }
      onClick={toggle}
      testid="full-screen"
    />
  );
}
