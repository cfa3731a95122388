// The small drawing of an event's revisions; the list below it says the same in words.

import type { App } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import type { ReportLine } from './report-lines.ts';
import { TIMELINE_HEIGHT, TIMELINE_WIDTH, toTimeline } from './timeline.ts';

export function RevisionTimeline({ app, lines }: { app: App; lines: readonly ReportLine[] }) {
  const { formats } = app;
  const more = moreOf(app);
  const timeline = toTimeline(lines);
  if (timeline === null) return null;
  const { points, path, ticks, levels } = timeline;
  const told = lines.filter(({ magnitude }) => magnitude !== null);
  const label = more.timeline(
    told.length,
    formats.integer(told.length),
    told[0]!.magnitude!,
    told.at(-1)!.magnitude!,
  );
  const base = TIMELINE_HEIGHT - 18;
  return (
    <figure class="timeline" data-testid="timeline">
      <svg viewBox={`0 0 ${TIMELINE_WIDTH} ${TIMELINE_HEIGHT}`} role="img" aria-label={label}>
        {levels.map(({ y, magnitude }) => (
          <g key={magnitude}>
            <line class="timeline-level" x1="30" x2={TIMELINE_WIDTH - 12} y1={y} y2={y} />
            <text class="timeline-label is-level" x="24" y={y + 4}>
              {formats.magnitude(magnitude)}
            </text>
          </g>
        ))}
        {ticks.map(({ x, ms }) => (
          <g key={ms}>
            <line class="timeline-tick" x1={x} x2={x} y1={base} y2={base + 4} />
            <text class="timeline-label" x={x} y={TIMELINE_HEIGHT - 3}>
              {formats.duration(ms)}
            </text>
          </g>
        ))}
        <path class="timeline-path" d={path} />
        {points.map(({ x, y }, i) => (
          <circle
            key={i}
            class={i === points.length - 1 ? 'timeline-point is-last' : 'timeline-point'}
            cx={x}
            cy={y}
            r={i === points.length - 1 ? 4.5 : 3}
          />
        ))}
      </svg>
      <figcaption class="hint" aria-hidden="true">
        {more.timelineAxis}
      </figcaption>
    </figure>
  );
}
