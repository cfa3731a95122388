// What size and colour mean, from the same numbers as the shader's.

import { AGE_CLASSES, radiusPx } from '../map/encodings.ts';
import type { App } from '../state/app.ts';

const MAGNITUDES = [2, 4, 6, 8];
const GAP_PX = 12;
const LABEL_PX = 13;

export function Legend({ app }: { app: App }) {
  const { text, formats } = app;
  const radii = MAGNITUDES.map((magnitude) => radiusPx(magnitude * 100) * app.symbolScale.value);
  const height = 2 * radii.at(-1)! + 2;
  let x = 1;
  const dots = radii.map((radius, i) => {
    const centre = x + radius;
    x += 2 * radius + GAP_PX;
    return { radius, centre, magnitude: MAGNITUDES[i]! };
  });
  return (
    <aside class="legend" aria-label={`${text.legendMagnitude}, ${text.legendAge}`}>
      <svg
        class="legend-sizes"
        viewBox={`0 0 ${x - GAP_PX + 1} ${height + LABEL_PX}`}
        width={x - GAP_PX + 1}
        height={height + LABEL_PX}
        role="img"
        aria-label={text.legendMagnitude}
      >
        {dots.map(({ radius, centre, magnitude }) => (
          <g key={magnitude}>
            <circle cx={centre} cy={height / 2} r={radius} />
            <text x={centre} y={height + LABEL_PX - 2}>
              {formats.integer(magnitude)}
            </text>
          </g>
        ))}
      </svg>
      <ol class="legend-ages">
        {Array.from({ length: AGE_CLASSES }, (_, age) => (
          <li key={age} title={text.ageClassTitles[age]}>
            <span class={`swatch age-${age}`} aria-hidden="true" />
            {text.ageClasses[age]}
          </li>
        ))}
      </ol>
    </aside>
  );
}
