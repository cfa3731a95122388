// The wall display's panel, loaded when the address asks for it (?wall=1).

import { createLater } from '../panel/later.ts';
import type { App } from '../state/app.ts';

const useWall = createLater(() => import('./wall.tsx'));

export interface WallProps {
  readonly app: App;
  /** How much larger than it is laid out the page is to be shown. */
  readonly onScale: (scale: number) => void;
}

export function WallLater(props: WallProps) {
  const { module: wall, failed } = useWall();
  if (wall !== null) return <wall.Wall {...props} />;
  return (
    <section class="panel">{failed ? props.app.text.trustFailed : `${props.app.text.loading}…`}</section>
  );
}
