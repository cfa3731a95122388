// A plate boundary as the map draws it (map/style.ts), for the legend.

import { type PlateKind, TOOTH } from '../map/plates.ts';

const WIDTH = 30;
const MIDDLE = 8;

export function PlateLine({ kind }: { kind: PlateKind }) {
  return (
    <svg class="legend-plate" viewBox={`0 0 ${WIDTH} 12`} aria-hidden="true">
      {kind === 'spreading' ? <path d={`M0 ${MIDDLE - 2}h${WIDTH}M0 ${MIDDLE + 1}h${WIDTH}`} /> : null}
      {kind === 'transform' ? <path d={`M0 ${MIDDLE}h${WIDTH}`} /> : null}
      {kind === 'subduction' ? <path d={`M0 ${MIDDLE}h${WIDTH}`} class="is-strong" /> : null}
      {kind === 'subduction' ? [3, 18].map((x) => <Tooth key={x} x={x} />) : null}
      {kind === 'convergent' ? (
        <path d={`M0 ${MIDDLE}h${WIDTH}`} class="is-strong" stroke-dasharray="5.2 3.8" />
      ) : null}
    </svg>
  );
}

function Tooth({ x }: { x: number }) {
  return (
    <path
      class="is-tooth"
      d={`M${x} ${MIDDLE}l${TOOTH.width / 2} ${-TOOTH.height}l${TOOTH.width / 2} ${TOOTH.height}z`}
    />
  );
}
