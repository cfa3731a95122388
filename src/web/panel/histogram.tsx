// How many events there are of each magnitude, drawn behind the slider that chooses the smallest. Heights go with the
// logarithm: there are ten times as many earthquakes for each magnitude less.

import { MAGNITUDE_BINS } from '../state/facets.ts';

export interface HistogramProps {
  /** By half magnitudes from 0. */
  readonly counts: Uint32Array;
  /** Bars from this magnitude on are the ones shown. */
  readonly from: number;
}

export function Histogram({ counts, from }: HistogramProps) {
  const highest = Math.log1p(Math.max(1, ...counts));
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${MAGNITUDE_BINS - 1} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {Array.from(counts.subarray(0, MAGNITUDE_BINS - 1), (count, i) => {
        const height = count === 0 ? 0 : Math.max(0.6, (10 * Math.log1p(count)) / highest);
        return (
          <rect
            key={i}
            class={i / 2 >= from ? 'is-shown' : ''}
            x={i + 0.08}
            y={10 - height}
            width={0.84}
            height={height}
          />
        );
      })}
    </svg>
  );
}
