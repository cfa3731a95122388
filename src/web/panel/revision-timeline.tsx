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
  const now = points.find(({ current }) => current)!;
  const label = more.timeline(points.length, formats.integer(points.length), points[0]!.told, now.told);
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
        {points.map(({ x, y, current }, i) => (
          <circle
            key={i}
            class={current ? 'timeline-point is-current' : 'timeline-point'}
            cx={x}
            cy={y}
            r={current ? 4.5 : 3}
          />
        ))}
      </svg>
      <figcaption class="hint" aria-hidden="true">
        {more.timelineAxis}
      </figcaption>
    </figure>
  );
}
