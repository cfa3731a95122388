// GLSL of the event layer. Two programs share one way to place, filter and paint an event: `points` draws every small
// one straight from the columns, `quads` draws the few large ones and the rings of selection, hover and arrival.

import { ABSENT_INT16, FLAG_WITHDRAWN } from '../../catalogue/columns.ts';
import {
  AGE_CLASS_ENDS_S,
  AGE_CLASSES,
  LARGE_MAGNITUDE_E2,
  RADIUS_ABSENT_PX,
  RADIUS_BASE_PX,
  RADIUS_GROWTH,
  RADIUS_MAX_PX,
  RADIUS_MIN_PX,
} from './encodings.ts';

/** What a quad is; `kind` of ./event-quads.ts. */
export const QUAD_KINDS = { event: 0, selected: 1, hovered: 2, pulse: 3 } as const;

export const ATTRIBUTES = {
  /** Points: 1e-4 degrees east. */
  longitudeE4: 0,
  /** Both: Web Mercator from the north, 0 to 1. */
  mercatorY: 1,
  originTimeS: 2,
  magnitudeE2: 3,
  flags: 4,
  /** Quads: Web Mercator from the west, 0 to 1. */
  mercatorX: 0,
  kind: 5,
  phase: 6,
  corner: 7,
} as const;

const float = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));

/** Uniforms and functions of both vertex shaders. Sizes are in device pixels, colours not yet premultiplied. */
const COMMON_VERTEX = `
uniform float u_wrap;
uniform float u_pixelRatio;
uniform float u_scale;
uniform int u_minMagnitudeE2;
uniform int u_oldestS;
uniform int u_newestS;
uniform int u_ghostOldestS;
uniform int u_nowS;
uniform vec3 u_ageColors[${AGE_CLASSES}];
uniform float u_ageOpacity[${AGE_CLASSES}];
flat out vec4 v_color;
flat out float v_radius;
flat out int v_shape;
const int SHAPE_DOT = 0, SHAPE_HOLLOW = 1, SHAPE_GHOST = 2;
const vec4 NOWHERE = vec4(2.0, 2.0, 2.0, 1.0);

float radiusOf(int magnitudeE2) {
  if (magnitudeE2 == ${ABSENT_INT16}) return ${float(RADIUS_ABSENT_PX)};
  float radius = ${float(RADIUS_BASE_PX)} * pow(${float(RADIUS_GROWTH)}, float(magnitudeE2) / 100.0);
  return clamp(radius, ${float(RADIUS_MIN_PX)}, ${float(RADIUS_MAX_PX)});
}

bool isShown(int timeS, int magnitudeE2, uint flags) {
  bool withdrawn = (flags & ${FLAG_WITHDRAWN}u) != 0u;
  return magnitudeE2 >= u_minMagnitudeE2 && timeS >= u_oldestS && timeS <= u_newestS
    && (!withdrawn || timeS >= u_ghostOldestS);
}

int ageClassOf(int timeS) {
  // Compared without a difference: seconds of a century do not overflow, an unset bound would.
  int index = 0;
  ${AGE_CLASS_ENDS_S.map((endS, i) => `if (timeS <= u_nowS - ${endS}) index = ${i + 1};`).join('\n  ')}
  return index;
}

void describeEvent(int timeS, int magnitudeE2, uint flags) {
  int age = ageClassOf(timeS);
  v_color = vec4(u_ageColors[age], u_ageOpacity[age]);
  v_radius = max(radiusOf(magnitudeE2) * u_scale, 1.1) * u_pixelRatio;
  v_shape = (flags & ${FLAG_WITHDRAWN}u) != 0u ? SHAPE_GHOST : magnitudeE2 == ${ABSENT_INT16} ? SHAPE_HOLLOW : SHAPE_DOT;
}
`;

/** Coverage by distance, so that edges are smooth without multisampling; gives premultiplied colour. */
const COMMON_FRAGMENT = `#version 300 es
precision highp float;
uniform float u_pixelRatio;
flat in vec4 v_color;
flat in float v_radius;
flat in int v_shape;
out vec4 fragColor;

float disc(float distance, float radius) { return clamp(radius - distance + 0.5, 0.0, 1.0); }
float band(float distance, float radius, float width) { return disc(distance, radius) - disc(distance, radius - width); }

vec4 paintEvent(vec2 p) {
  float distance = length(p);
  float cssRadius = v_radius / u_pixelRatio;
  float width = u_pixelRatio * (cssRadius > 7.0 ? 1.5 : 1.0);
  float ring = band(distance, v_radius, width);
  if (v_shape == 2) {
    float strike = disc(abs(p.x - p.y) * 0.70710678, width * 0.5) * disc(distance, v_radius + 1.5 * u_pixelRatio);
    float alpha = max(ring, strike) * 0.8;
    return vec4(v_color.rgb * alpha, alpha);
  }
  // Large discs are glass with a rim, small ones nearly solid: what lies under a great event stays readable.
  float fill = v_shape == 1 ? 0.0 : mix(0.9, 0.2, smoothstep(4.0, 14.0, cssRadius));
  float alpha = v_color.a * max(disc(distance, v_radius) * fill, ring * (v_shape == 1 ? 0.9 : 1.0));
  return vec4(v_color.rgb * alpha, alpha);
}
`;

export interface ShaderSource {
  readonly vertex: string;
  readonly fragment: string;
}

/** `prelude` and `define` are MapLibre's for the current projection; it gives \`projectTile\`. */
export function createPointsSource(prelude: string, define: string): ShaderSource {
  return {
    vertex: `#version 300 es
precision highp float;
precision highp int;
${prelude}
${define}
layout(location = ${ATTRIBUTES.longitudeE4}) in int a_longitudeE4;
layout(location = ${ATTRIBUTES.mercatorY}) in float a_mercatorY;
layout(location = ${ATTRIBUTES.originTimeS}) in int a_originTimeS;
layout(location = ${ATTRIBUTES.magnitudeE2}) in int a_magnitudeE2;
layout(location = ${ATTRIBUTES.flags}) in uint a_flags;
${COMMON_VERTEX}
void main() {
  if (a_magnitudeE2 >= ${LARGE_MAGNITUDE_E2} || !isShown(a_originTimeS, a_magnitudeE2, a_flags)) {
    gl_Position = NOWHERE;
    gl_PointSize = 1.0;
    return;
  }
  describeEvent(a_originTimeS, a_magnitudeE2, a_flags);
  gl_Position = projectTile(vec2(float(a_longitudeE4) / 3600000.0 + 0.5 + u_wrap, a_mercatorY));
  gl_PointSize = 2.0 * v_radius + 4.0 * u_pixelRatio;
}`,
    fragment: `${COMMON_FRAGMENT}
void main() {
  fragColor = paintEvent((gl_PointCoord - 0.5) * (2.0 * v_radius + 4.0 * u_pixelRatio));
}`,
  };
}

export function createQuadsSource(prelude: string, define: string): ShaderSource {
  return {
    vertex: `#version 300 es
precision highp float;
precision highp int;
${prelude}
${define}
layout(location = ${ATTRIBUTES.mercatorX}) in float a_mercatorX;
layout(location = ${ATTRIBUTES.mercatorY}) in float a_mercatorY;
layout(location = ${ATTRIBUTES.originTimeS}) in int a_originTimeS;
layout(location = ${ATTRIBUTES.magnitudeE2}) in int a_magnitudeE2;
layout(location = ${ATTRIBUTES.flags}) in uint a_flags;
layout(location = ${ATTRIBUTES.kind}) in uint a_kind;
layout(location = ${ATTRIBUTES.phase}) in float a_phase;
layout(location = ${ATTRIBUTES.corner}) in vec2 a_corner;
${COMMON_VERTEX}
uniform vec2 u_viewport;
out vec2 v_offset;
flat out int v_kind;
flat out float v_phase;
void main() {
  v_kind = int(a_kind);
  v_phase = a_phase;
  // The selected event is marked even where the filter hides it.
  if (v_kind != ${QUAD_KINDS.selected} && !isShown(a_originTimeS, a_magnitudeE2, a_flags)) {
    gl_Position = NOWHERE;
    return;
  }
  describeEvent(a_originTimeS, a_magnitudeE2, a_flags);
  float reach = v_kind == ${QUAD_KINDS.pulse} ? 34.0 : v_kind == ${QUAD_KINDS.event} ? 2.0 : 9.0;
  v_offset = a_corner * (v_radius + reach * u_pixelRatio);
  vec4 center = projectTile(vec2(a_mercatorX + u_wrap, a_mercatorY));
  gl_Position = center + vec4(v_offset * 2.0 / u_viewport * center.w, 0.0, 0.0);
}`,
    fragment: `${COMMON_FRAGMENT}
uniform vec3 u_accent;
uniform vec3 u_casing;
in vec2 v_offset;
flat in int v_kind;
flat in float v_phase;

vec4 over(vec4 above, vec4 below) { return above + below * (1.0 - above.a); }
vec4 tint(vec3 color, float alpha) { return vec4(color * alpha, alpha); }

void main() {
  float distance = length(v_offset);
  float px = u_pixelRatio;
  if (v_kind == ${QUAD_KINDS.event}) {
    fragColor = paintEvent(vec2(v_offset.x, -v_offset.y));
  } else if (v_kind == ${QUAD_KINDS.pulse}) {
    // Phase below 0: the still form for readers who want less motion.
    float grown = v_phase < 0.0 ? 0.35 : 1.0 - (1.0 - v_phase) * (1.0 - v_phase);
    float alpha = v_phase < 0.0 ? 0.9 : 1.0 - v_phase;
    fragColor = tint(v_color.rgb, alpha * band(distance, v_radius + (3.0 + 28.0 * grown) * px, 2.0 * px));
  } else {
    bool selected = v_kind == ${QUAD_KINDS.selected};
    float radius = v_radius + (selected ? 6.0 : 4.0) * px;
    float width = (selected ? 2.25 : 1.5) * px;
    fragColor = over(tint(u_accent, band(distance, radius, width)),
                     tint(u_casing, 0.75 * band(distance, radius + 1.25 * px, width + 2.5 * px)));
  }
}`,
  };
}
