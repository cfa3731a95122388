// The words beside the pointer: what a click would open, and how many more lie there. For the pointer alone: who has none has
// the list, which says the same.

import { toSentenceCase } from '../../event/region-name.ts';
import type { App, PointedEvent } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import { formatMagnitude } from '../text/formats.ts';
import '../styles/map-tip.css';

/** Beyond this share of the map's width the words stand to the left of the pointer. */
const TURN_AT = 0.6;

export function MapTip({ app, pointed }: { app: App; pointed: PointedEvent }) {
  const { text, formats, catalogue, present } = app;
  const more = moreOf(app);
  const row = catalogue.current.rowOf(pointed.id);
  if (row === -1) return null;
  const { magnitude, region, originTimeMs, state } = catalogue.current.entryAt(row);
  const { x, y, others } = pointed;
  const left = x > innerWidth * TURN_AT;
  const words = [
    magnitude === null ? text.noMagnitudeShort : formatMagnitude(magnitude, formats),
    region === null ? text.noRegion : toSentenceCase(region),
    formats.ago(originTimeMs, present.nowMs()),
    state === 'withdrawn' ? text.withdrawn : null,
  ].filter((part) => part !== null);
  return (
    <div
      class={`map-tip${left ? ' is-left' : ''}`}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      aria-hidden="true"
      data-testid="map-tip"
    >
      <p>
        {words.join(' · ')}
        {others === 0 ? null : (
          <span class="map-tip-more">{more.othersHere(others, formats.integer(others))}</span>
        )}
      </p>
    </div>
  );
}
