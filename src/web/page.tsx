// The page: the map, and over it the panel and, in a replay, the banner.

import { type Signal, signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { MapView, type MapViewProps } from './map/map-view.tsx';
import type { Insets } from './map/quake-map.ts';
import { BigNewsLater } from './panel/big-news-later.tsx';
import { Panel, type PanelProps } from './panel/panel.tsx';
import { DETENT_SHARE, type Detent } from './panel/sheet.ts';
import { ReplayBanner } from './panel/status-pill.tsx';
import { WallLater } from './wall/wall-later.tsx';

export interface PageProps
  extends Pick<PanelProps, 'app' | 'reports' | 'inSteps'>,
    Pick<MapViewProps, 'reducedMotion' | 'askRenderer' | 'onMap'> {
  /** The screen is narrow: the panel is a sheet from below. */
  readonly narrow: Signal<boolean>;
}

/** Width of the panel with its margins, as in page.css. */
const PANEL_PX = 408;
const MARGIN_PX = 16;

export function Page({ app, reports, inSteps, narrow, ...map }: PageProps) {
  const [detent, setDetent] = useState<Detent>('half');
  const isNarrow = narrow.value && !app.wall;
  const [insets] = useState(() => signal(toInsets(isNarrow, 'half')));
  useEffect(() => {
    const place = () => {
      insets.value = toInsets(isNarrow, detent);
    };
    place();
    addEventListener('resize', place);
    return () => removeEventListener('resize', place);
  }, [isNarrow, detent]);

  const close = () => {
    if (app.selection.peek() !== null) app.selection.value = null;
    else app.sheet.value = null;
  };
  const wanted = app.goTo.value;
  useEffect(() => {
    // What was searched for is to be seen.
    if (wanted !== null && detent === 'full') setDetent('half');
  }, [wanted]);
  const selected = app.selection.value;
  const sheet = app.sheet.value;
  useEffect(() => {
    if ((selected !== null || sheet !== null) && detent === 'low') setDetent('half');
  }, [selected?.id, sheet]);

  const [scale, setScale] = useState(1);

  return (
    <main class={app.wall ? 'page is-wall' : 'page'} style={{ '--wall-scale': String(scale) }}>
      {app.wall ? (
        <WallLater app={app} onScale={setScale} />
      ) : (
        <Panel
          app={app}
          reports={reports}
          inSteps={inSteps}
          detent={detent}
          onDetent={setDetent}
          onClose={close}
        />
      )}
      <div class="stage">
        <MapView app={app} insets={insets} scale={scale} {...map} />
        <ReplayBanner app={app} />
        <BigNewsLater app={app} />
      </div>
      <p class="visually-hidden" aria-live="polite" data-testid="announcement">
        {app.announcement.value}
      </p>
    </main>
  );
}

/** A narrow screen this low has cards along the map's upper and lower edge, so high with their margins: low-screen.css. */
const LOW_SCREEN_PX = 560;
/** So low that an event between both would have no room: it then stands between scale and legend. */
const LOWEST_SCREEN_PX = 330;
const LOW_TOP_PX = 56;
const LOW_FOOT_PX = 56;

/** A full sheet leaves no map worth speaking of; it then stays centred as under the half one. */
function toInsets(narrow: boolean, detent: Detent): Insets {
  if (!narrow) return { top: MARGIN_PX, right: MARGIN_PX, bottom: MARGIN_PX, left: PANEL_PX, foot: 0 };
  const share = Math.min(DETENT_SHARE.half, DETENT_SHARE[detent]);
  const top = innerHeight <= LOW_SCREEN_PX ? LOW_TOP_PX : MARGIN_PX;
  const foot = innerHeight <= LOW_SCREEN_PX && innerHeight > LOWEST_SCREEN_PX ? LOW_FOOT_PX : 0;
  return { top, right: 0, bottom: Math.round(innerHeight * share) + foot, left: 0, foot };
}
