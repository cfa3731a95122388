// GLSL of the event layer. Two programs share one way to place, filter and paint an event: `points` draws every small
// one straight from the columns, `quads` draws the few large ones and the rings of selection, hover and arrival.

import { ABSENT_INT16, FLAG_WITHDRAWN } from '../../catalogue/columns.ts';
import {
  ABSENT_RADIUS_MIN_PX,
  AGE_CLASS_ENDS_S,
  CLASSES_MAX,
  DEPTH_CLASS_ENDS_KM,
  DEPTH_CLASSES,
  FILL_FROM_PX,
  FILL_LARGE,
  FILL_SMALL,
  FILL_TO_PX,
  GHOST_RADIUS_MIN_PX,
  HOVER_RING_PX,
  LARGE_MAGNITUDE_E2,
  NEW_RINGS_PX,
  RADIUS_ABSENT_PX,
  RADIUS_BASE_PX,
  RADIUS_DRAWN_MIN_PX,
  RADIUS_GROWTH,
  RADIUS_MAX_PX,
  RADIUS_MIN_PX,
  SELECTED_RING_PX,
  SIGHT_MARK_PX,
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
  /** Both: 0.1 km below sea level. */
  depthHm: 8,
  /** Both: number in the catalogue's dictionary, 0 for none. */
  eventType: 9,
} as const;

/** Around a dot's radius, for its edge and a ghost's strike. */
const MARGIN_PX = 3;

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
uniform int u_minDepthHm;
uniform int u_maxDepthHm;
// 0: any; 1: earthquakes alone; 2: what is none; 3: withdrawn ones, which are neither.
uniform int u_kind;
uniform int u_earthquakeType;
uniform int u_nowS;
uniform bool u_byDepth;
uniform vec3 u_colors[${CLASSES_MAX}];
uniform float u_opacity[${CLASSES_MAX}];
uniform vec3 u_ghost;
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

bool isShown(int timeS, int magnitudeE2, int depthHm, uint eventType, uint flags) {
  bool withdrawn = (flags & ${FLAG_WITHDRAWN}u) != 0u;
  int kind = withdrawn ? 3 : eventType == 0u || int(eventType) == u_earthquakeType ? 1 : 2;
  return magnitudeE2 >= u_minMagnitudeE2 && timeS >= u_oldestS && timeS <= u_newestS
    && depthHm >= u_minDepthHm && depthHm <= u_maxDepthHm && (u_kind == 0 || kind == u_kind)
    && (!withdrawn || timeS >= u_ghostOldestS);
}

int ageClassOf(int timeS) {
  // Compared without a difference: seconds of a century do not overflow, an unset bound would.
  int index = 0;
  ${AGE_CLASS_ENDS_S.map((endS, i) => `if (timeS <= u_nowS - ${endS}) index = ${i + 1};`).join('\n  ')}
  return index;
}

int depthClassOf(int depthHm) {
  if (depthHm == ${ABSENT_INT16}) return ${DEPTH_CLASSES - 1};
  int index = 0;
  ${DEPTH_CLASS_ENDS_KM.map((endKm, i) => `if (depthHm >= ${endKm * 10}) index = ${i + 1};`).join('\n  ')}
  return index;
}

void describeEvent(int timeS, int magnitudeE2, int depthHm, uint flags) {
  int index = u_byDepth ? depthClassOf(depthHm) : ageClassOf(timeS);
  v_color = vec4(u_colors[index], u_opacity[index]);
  v_shape = magnitudeE2 == ${ABSENT_INT16} ? SHAPE_HOLLOW : SHAPE_DOT;
  float least = v_shape == SHAPE_HOLLOW ? ${float(ABSENT_RADIUS_MIN_PX)} : ${float(RADIUS_DRAWN_MIN_PX)};
  if ((flags & ${FLAG_WITHDRAWN}u) != 0u) {
    v_color = vec4(u_ghost, 0.9);
    v_shape = SHAPE_GHOST;
    least = ${float(GHOST_RADIUS_MIN_PX)};
  }
  v_radius = max(radiusOf(magnitudeE2) * u_scale, least) * u_pixelRatio;
}
`;

/** Coverage by distance, so that edges are smooth without multisampling; gives premultiplied colour. */
const COMMON_FRAGMENT = `#version 300 es
precision highp float;
uniform float u_pixelRatio;
uniform vec3 u_casing;
flat in vec4 v_color;
flat in float v_radius;
flat in int v_shape;
out vec4 fragColor;

float disc(float distance, float radius) { return clamp(radius - distance + 0.5, 0.0, 1.0); }
float band(float distance, float radius, float width) { return disc(distance, radius) - disc(distance, radius - width); }
vec4 over(vec4 above, vec4 below) { return above + below * (1.0 - above.a); }
vec4 tint(vec3 color, float alpha) { return vec4(color * alpha, alpha); }

vec4 paintEvent(vec2 p) {
  float distance = length(p);
  float cssRadius = v_radius / u_pixelRatio;
  float width = u_pixelRatio * (cssRadius > 14.0 ? 2.5 : cssRadius > 7.0 ? 1.5 : 1.0);
  float ring = band(distance, v_radius, width);
  // A thin edge parts a dot from its neighbours of the same colour; the smallest are too many to have one.
  float edge = band(distance, v_radius + 0.9 * u_pixelRatio, 0.9 * u_pixelRatio) * 0.7 * smoothstep(1.6, 3.2, cssRadius);
  if (v_shape == 2) {
    float strike = disc(abs(p.x - p.y) * 0.70710678, width * 0.5) * disc(distance, v_radius + 2.5 * u_pixelRatio);
    return tint(v_color.rgb, v_color.a * max(ring, strike));
  }
  float fill = v_shape == 1 ? 0.0 : mix(${float(FILL_SMALL)}, ${float(FILL_LARGE)}, smoothstep(${float(FILL_FROM_PX)}, ${float(FILL_TO_PX)}, cssRadius));
  float alpha = v_color.a * max(disc(distance, v_radius) * fill, ring);
  return over(tint(v_color.rgb, alpha), tint(u_casing, edge));
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
layout(location = ${ATTRIBUTES.depthHm}) in int a_depthHm;
layout(location = ${ATTRIBUTES.eventType}) in uint a_eventType;
layout(location = ${ATTRIBUTES.flags}) in uint a_flags;
${COMMON_VERTEX}
void main() {
  if (a_magnitudeE2 >= ${LARGE_MAGNITUDE_E2} || !isShown(a_originTimeS, a_magnitudeE2, a_depthHm, a_eventType, a_flags)) {
    gl_Position = NOWHERE;
    gl_PointSize = 1.0;
    return;
  }
  describeEvent(a_originTimeS, a_magnitudeE2, a_depthHm, a_flags);
  gl_Position = projectTile(vec2(float(a_longitudeE4) / 3600000.0 + 0.5 + u_wrap, a_mercatorY));
  gl_PointSize = 2.0 * v_radius + ${2 * MARGIN_PX}.0 * u_pixelRatio;
}`,
    fragment: `${COMMON_FRAGMENT}
void main() {
  fragColor = paintEvent((gl_PointCoord - 0.5) * (2.0 * v_radius + ${2 * MARGIN_PX}.0 * u_pixelRatio));
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
layout(location = ${ATTRIBUTES.depthHm}) in int a_depthHm;
layout(location = ${ATTRIBUTES.eventType}) in uint a_eventType;
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
  if (v_kind != ${QUAD_KINDS.selected} && !isShown(a_originTimeS, a_magnitudeE2, a_depthHm, a_eventType, a_flags)) {
    gl_Position = NOWHERE;
    return;
  }
  describeEvent(a_originTimeS, a_magnitudeE2, a_depthHm, a_flags);
  float reach = v_kind == ${QUAD_KINDS.pulse} ? 34.0 : v_kind == ${QUAD_KINDS.event} ? ${MARGIN_PX}.0 : 15.0;
  v_offset = a_corner * (v_radius + reach * u_pixelRatio);
  vec4 center = projectTile(vec2(a_mercatorX + u_wrap, a_mercatorY));
  gl_Position = center + vec4(v_offset * 2.0 / u_viewport * center.w, 0.0, 0.0);
}`,
    fragment: `${COMMON_FRAGMENT}
uniform vec3 u_accent;
in vec2 v_offset;
flat in int v_kind;
flat in float v_phase;

void main() {
  float distance = length(v_offset);
  float px = u_pixelRatio;
  if (v_kind == ${QUAD_KINDS.event}) {
    fragColor = paintEvent(vec2(v_offset.x, -v_offset.y));
  } else if (v_kind == ${QUAD_KINDS.pulse}) {
    // Phase below 0: the still form for readers who want less motion, a double ring.
    float grown = 1.0 - (1.0 - v_phase) * (1.0 - v_phase);
    float still = max(band(distance, v_radius + ${float(NEW_RINGS_PX[0])} * px, 1.5 * px), band(distance, v_radius + ${float(NEW_RINGS_PX[1])} * px, 1.5 * px));
    float moving = (1.0 - v_phase) * band(distance, v_radius + (3.0 + 28.0 * grown) * px, 2.0 * px);
    fragColor = tint(v_color.rgb, v_phase < 0.0 ? 0.9 * still : moving);
  } else if (v_kind == ${QUAD_KINDS.selected}) {
    // A ring with four marks, like a sight: told from the plain ring of the hovered one by its shape.
    float radius = v_radius + ${float(SELECTED_RING_PX)} * px;
    vec2 along = abs(v_offset);
    float aside = min(along.x, along.y);
    float onMark = disc(max(along.x, along.y), radius + ${float(SIGHT_MARK_PX)} * px) * (1.0 - disc(max(along.x, along.y), radius - 1.0 * px));
    float mark = max(band(distance, radius, 2.0 * px), onMark * disc(aside, 1.0 * px));
    float around = max(band(distance, radius + 1.25 * px, 4.5 * px), onMark * disc(aside, 2.25 * px));
    fragColor = over(tint(u_accent, mark), tint(u_casing, 0.75 * around));
  } else {
    float radius = v_radius + ${float(HOVER_RING_PX)} * px;
    fragColor = over(tint(u_accent, band(distance, radius, 1.5 * px)),
                     tint(u_casing, 0.75 * band(distance, radius + 1.25 * px, 4.0 * px)));
  }
}`,
  };
}
