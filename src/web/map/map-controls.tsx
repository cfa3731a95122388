// Buttons on the map: zoom, compass, what is in view, flat or globe, full screen. Ours, so that they look and speak like
// the rest of the page.

import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import type { Camera, QuakeMap } from './quake-map.ts';

export interface MapControlsProps {
  readonly app: App;
  readonly camera: ReadonlySignal<Camera | null>;
  /** Does something to the map, which is started for it where it stands still. */
  readonly act: (action: (map: QuakeMap) => void) => void;
}

export function MapControls({ app, camera, act }: MapControlsProps) {
  const { text } = app;
  const globe = app.map.projection.value === 'globe';
  return (
    <div class="controls">
      <div class="control-group">
        <ControlButton
          label={text.zoomIn}
          path="M8 3v10M3 8h10"
          onClick={() => act((map) => map.zoomBy(1))}
        />
        <ControlButton label={text.zoomOut} path="M3 8h10" onClick={() => act((map) => map.zoomBy(-1))} />
      </div>
      <Compass app={app} camera={camera} act={act} />
      <div class="control-group">
        <ControlButton
          label={text.fitList}
          path="M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3M6 6.4a.4.4 0 100 .01M10 7.4a.4.4 0 100 .01M7.6 10a.4.4 0 100 .01"
          onClick={() => act((map) => map.fitRows(app.listed.peek().rows))}
          testid="fit-list"
        />
        <ControlButton
          label={text.wholeWorld}
          path="M2.5 7.6L8 2.8l5.5 4.8M4 6.6V13h8V6.6"
          onClick={() => act((map) => map.showWorld())}
          testid="whole-world"
        />
        <ControlButton
          label={globe ? text.flat : text.globe}
          path={
            globe
              ? 'M2 4l4-1.5 4 1.5 4-1.5v9.5L10 13.5 6 12l-4 1.5zM6 2.5V12M10 4v9.5'
              : 'M8 2a6 6 0 100 12A6 6 0 008 2zM2 8h12M8 2c-4 4-4 8 0 12M8 2c4 4 4 8 0 12'
          }
          onClick={() => {
            app.map.projection.value = globe ? 'mercator' : 'globe';
            act((map) => map.showWorld());
          }}
          testid="projection"
        />
        <FullScreen app={app} />
      </div>
    </div>
  );
}

/** There while the map is turned or tilted, and only then. */
function Compass({ app, camera, act }: MapControlsProps) {
  const { bearingDeg = 0, pitchDeg = 0 } = camera.value ?? {};
  if (Math.abs(bearingDeg) < 0.5 && pitchDeg < 0.5) return null;
  return (
    <div class="control-group">
      <button
        type="button"
        class="control"
        aria-label={app.text.northUp}
        title={app.text.northUp}
        onClick={() => act((map) => map.resetNorth())}
        data-testid="compass"
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <g transform={`rotate(${-bearingDeg} 8 8)`}>
            <path class="compass-north" d="M8 1.5L10.6 8H5.4z" />
            <path d="M8 14.5L5.4 8h5.2z" />
          </g>
        </svg>
      </button>
    </div>
  );
}

function FullScreen({ app }: { app: App }) {
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
    <ControlButton
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

interface ControlButtonProps {
  readonly label: string;
  readonly path: string;
  readonly onClick: () => void;
  readonly testid?: string;
}

function ControlButton(props: ControlButtonProps) {
  return (
    <button
      type="button"
      class={`control${props.testid === undefined ? '' : ` is-${props.testid}`}`}
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
      data-testid={props.testid}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={props.path} />
      </svg>
    </button>
  );
}
