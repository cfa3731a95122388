// The button for the full screen, once its code is there: it is the last of the controls, and moves none of the others.

import type { ComponentType } from 'preact';
import { createLater } from '../panel/later.ts';
import type { App } from '../state/app.ts';
import type { ControlButtonProps } from './map-controls.tsx';

const useFullScreen = createLater(() => import('./full-screen.tsx'));

export interface FullScreenProps {
  readonly app: App;
  /** How the controls beside it are drawn. */
  readonly Button: ComponentType<ControlButtonProps>;
}

export function FullScreenLater(props: FullScreenProps) {
  const { module: full } = useFullScreen();
  return full === null ? null : <full.FullScreen {...props} />;
}
