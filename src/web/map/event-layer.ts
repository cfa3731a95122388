// The events on the map: a MapLibre custom layer that draws the catalogue's columns as they are. A filter or the clock
// is a uniform, so a slider moves a million points without touching one; a single event is a write of some bytes.
// Draw order: small events by time (newer above), large ones by size above them, then arrivals, hover and selection.

import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from 'maplibre-gl';
import { KINDS } from '../state/filter.ts';
import type { Arrival, CatalogueChange, SharedCatalogue } from '../state/shared-catalogue.ts';
import { NO_BOUNDS, type RowBounds, toGpuSeconds } from '../state/visibility.ts';
import { type ColumnBuffers, createColumnBuffers } from './column-buffers.ts';
import { CLASSES_MAX, type ColorMode, symbolScale } from './encodings.ts';
import { encodeEventQuads, encodeQuads, listLargeRows, type Quad, updateLargeRows } from './event-quads.ts';
import { createPointsSource, createQuadsSource, QUAD_KINDS } from './event-shader.ts';
import { type Palette, toRgb } from './palettes.ts';
import { createProgram, type Program } from './program.ts';
import { createPulses } from './pulses.ts';
import { createQuadBuffer, type QuadBuffer } from './quad-buffer.ts';

export const EVENT_LAYER_ID = 'events';

export interface EventLayerOptions {
  readonly catalogue: SharedCatalogue;
  readonly palette: Palette;
  readonly colorMode: ColorMode;
  /** A clock that never goes back, ms (performance.now). */
  readonly now: () => number;
  /** Whether rings may move, asked anew each time. */
  readonly reducedMotion: () => boolean;
}

/** What is lost with the WebGL context. */
interface Gpu {
  readonly columns: ColumnBuffers;
  readonly large: QuadBuffer;
  readonly overlays: QuadBuffer;
  /** By MapLibre's name of the projection's shader variant. */
  readonly programs: Map<string, { points: Program; quads: Program }>;
}

const ALL_CHANGED: CatalogueChange = {
  rows: null,
  orderFromMs: Number.NEGATIVE_INFINITY,
  replaced: false,
};
const NOTHING_CHANGED: CatalogueChange = {
  rows: [],
  orderFromMs: Number.POSITIVE_INFINITY,
  replaced: false,
};
/** Colours change by the hour and later; a redraw for less than this would show nothing. */
const CLOCK_STEP_S = 30;

export class EventLayer implements CustomLayerInterface {
  readonly id = EVENT_LAYER_ID;
  readonly type = 'custom';
  readonly renderingMode = '2d';
  /** Frames drawn, for tests and benchmarks. */
  frames = 0;

  readonly #options: EventLayerOptions;
  readonly #pulses = createPulses();
  #map: MapLibreMap | null = null;
  #gpu: Gpu | null = null;
  #pending: CatalogueChange = ALL_CHANGED;
  #largeRows: readonly number[] = [];
  #bounds: RowBounds = NO_BOUNDS;
  #nowS = 0;
  #palette: Palette;
  #colorMode: ColorMode;
  #paints: Paints;
  #selectedRow = -1;
  #hoveredRow = -1;
  #shown = 0;
  #stillTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: EventLayerOptions) {
    this.#options = options;
    this.#palette = options.palette;
    this.#colorMode = options.colorMode;
    this.#paints = toPaints(this.#palette, this.#colorMode);
  }

  get bounds(): RowBounds {
    return this.#bounds;
  }

  /** Factor on every radius now. */
  get scale(): number {
    return symbolScale(this.#map?.getZoom() ?? 0, this.#shown);
  }

  /** How many events the filter lets through: a crowd is drawn smaller. */
  setShown(count: number): void {
    const before = this.scale;
    this.#shown = count;
    if (this.scale !== before) this.#map?.triggerRepaint();
  }

  /** The filter's bounds and the instant that ages count from, ms since the epoch UTC. */
  setView(bounds: RowBounds, nowMs: number): void {
    const nowS = toGpuSeconds(nowMs);
    const before = this.#bounds;
    const sameFilter =
      bounds.minMagnitudeE2 === before.minMagnitudeE2 &&
      bounds.minDepthHm === before.minDepthHm &&
      bounds.maxDepthHm === before.maxDepthHm &&
      bounds.kind === before.kind &&
      bounds.earthquakeType === before.earthquakeType &&
      Math.abs(bounds.oldestS - before.oldestS) < CLOCK_STEP_S &&
      Math.abs(bounds.newestS - before.newestS) < CLOCK_STEP_S;
    if (sameFilter && Math.abs(nowS - this.#nowS) < CLOCK_STEP_S) return;
    this.#bounds = bounds;
    this.#nowS = nowS;
    this.#map?.triggerRepaint();
  }

  setColors(palette: Palette, colorMode: ColorMode): void {
    if (palette === this.#palette && colorMode === this.#colorMode) return;
    this.#palette = palette;
    this.#colorMode = colorMode;
    this.#paints = toPaints(palette, colorMode);
    this.#map?.triggerRepaint();
  }

  /** −1: none. */
  setMarked(selectedRow: number, hoveredRow: number): void {
    if (selectedRow === this.#selectedRow && hoveredRow === this.#hoveredRow) return;
    this.#selectedRow = selectedRow;
    this.#hoveredRow = hoveredRow;
    this.#map?.triggerRepaint();
  }

  takeChange(change: CatalogueChange): void {
    const { rows, orderFromMs } = this.#pending;
    if (change.replaced) this.#pulses.clear();
    this.#pending = {
      replaced: false,
      rows: rows === null || change.rows === null ? null : [...rows, ...change.rows],
      orderFromMs: Math.min(orderFromMs, change.orderFromMs),
    };
    this.#map?.triggerRepaint();
  }

  announce(row: number, arrival: Arrival): void {
    if (row >= this.#options.catalogue.current.count) return;
    this.#pulses.add(row, arrival, this.#options.now());
    this.#map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.#map = map;
    this.#pending = ALL_CHANGED;
    this.#gpu = {
      columns: createColumnBuffers(gl),
      large: createQuadBuffer(gl),
      overlays: createQuadBuffer(gl),
      programs: new Map(),
    };
  }

  onRemove(_map: MapLibreMap, gl: WebGL2RenderingContext): void {
    clearTimeout(this.#stillTimer);
    const gpu = this.#gpu;
    this.#map = null;
    this.#gpu = null;
    if (gpu === null || gl.isContextLost()) return;
    gpu.columns.destroy();
    gpu.large.destroy();
    gpu.overlays.destroy();
    for (const { points, quads } of gpu.programs.values()) {
      gl.deleteProgram(points.handle);
      gl.deleteProgram(quads.handle);
    }
  }

  render(gl: WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const map = this.#map;
    const gpu = this.#gpu;
    if (map === null || gpu === null) return;
    this.frames++;
    this.#upload(gpu);
    this.#placeOverlays(map, gpu);
    const { points, quads } = this.#programsFor(gl, gpu, input);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    const wraps = listWraps(map, input.shaderData.variantName === 'mercator');

    this.#setUniforms(gl, points, map, input);
    gl.bindVertexArray(gpu.columns.vertexArray);
    for (const wrap of wraps) {
      gl.uniform1f(points.uniform('u_wrap'), wrap);
      gl.drawElements(gl.POINTS, gpu.columns.count, gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);

    this.#setUniforms(gl, quads, map, input);
    for (const wrap of wraps) {
      gl.uniform1f(quads.uniform('u_wrap'), wrap);
      gpu.large.draw();
      gpu.overlays.draw();
    }
  }

  #upload(gpu: Gpu): void {
    const change = this.#pending;
    if (change.rows !== null && change.rows.length === 0) return;
    this.#pending = NOTHING_CHANGED;
    const { current } = this.#options.catalogue;
    gpu.columns.update(current, change);
    const large =
      change.rows === null
        ? listLargeRows(current.columns, current.count)
        : updateLargeRows(current.columns, this.#largeRows, change.rows);
    if (large === this.#largeRows) return;
    this.#largeRows = large;
    gpu.large.write(encodeEventQuads(current.columns, large));
  }

  #placeOverlays(map: MapLibreMap, gpu: Gpu): void {
    const { now, reducedMotion, catalogue } = this.#options;
    const still = reducedMotion();
    const quads: Quad[] = this.#pulses.at(now(), still);
    if (quads.length > 0) this.#keepPulsing(map, still);
    if (this.#hoveredRow !== -1 && this.#hoveredRow !== this.#selectedRow)
      quads.push({ row: this.#hoveredRow, kind: QUAD_KINDS.hovered, phase: 0 });
    if (this.#selectedRow !== -1) quads.push({ row: this.#selectedRow, kind: QUAD_KINDS.selected, phase: 0 });
    gpu.overlays.write(encodeQuads(catalogue.current.columns, quads));
  }

  #keepPulsing(map: MapLibreMap, still: boolean): void {
    if (!still) {
      map.triggerRepaint();
      return;
    }
    clearTimeout(this.#stillTimer);
    this.#stillTimer = setTimeout(() => map.triggerRepaint(), 1000);
  }

  #programsFor(gl: WebGL2RenderingContext, gpu: Gpu, { shaderData }: CustomRenderMethodInput) {
    const { variantName, vertexShaderPrelude, define } = shaderData;
    let programs = gpu.programs.get(variantName);
    if (programs === undefined) {
      programs = {
        points: createProgram(gl, createPointsSource(vertexShaderPrelude, define)),
        quads: createProgram(gl, createQuadsSource(vertexShaderPrelude, define)),
      };
      gpu.programs.set(variantName, programs);
    }
    return programs;
  }

  #setUniforms(
    gl: WebGL2RenderingContext,
    program: Program,
    map: MapLibreMap,
    { defaultProjectionData: projection }: CustomRenderMethodInput,
  ): void {
    const at = (name: string) => program.uniform(name);
    const paints = this.#paints;
    const bounds = this.#bounds;
    gl.useProgram(program.handle);
    gl.uniformMatrix4fv(at('u_projection_matrix'), false, new Float32Array(projection.mainMatrix));
    gl.uniformMatrix4fv(
      at('u_projection_fallback_matrix'),
      false,
      new Float32Array(projection.fallbackMatrix),
    );
    gl.uniform4fv(at('u_projection_tile_mercator_coords'), projection.tileMercatorCoords);
    gl.uniform4fv(at('u_projection_clipping_plane'), projection.clippingPlane);
    gl.uniform1f(at('u_projection_transition'), projection.projectionTransition);
    gl.uniform1f(at('u_pixelRatio'), gl.canvas.width / map.getCanvas().clientWidth);
    gl.uniform2f(at('u_viewport'), gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.uniform1f(at('u_scale'), this.scale);
    gl.uniform1i(at('u_minMagnitudeE2'), bounds.minMagnitudeE2);
    gl.uniform1i(at('u_oldestS'), bounds.oldestS);
    gl.uniform1i(at('u_newestS'), bounds.newestS);
    gl.uniform1i(at('u_ghostOldestS'), bounds.ghostOldestS);
    gl.uniform1i(at('u_minDepthHm'), bounds.minDepthHm);
    gl.uniform1i(at('u_maxDepthHm'), bounds.maxDepthHm);
    gl.uniform1i(at('u_kind'), KINDS.indexOf(bounds.kind));
    gl.uniform1i(at('u_earthquakeType'), bounds.earthquakeType);
    gl.uniform1i(at('u_nowS'), this.#nowS);
    gl.uniform1i(at('u_byDepth'), this.#colorMode === 'depth' ? 1 : 0);
    gl.uniform3fv(at('u_colors'), paints.colors);
    gl.uniform1fv(at('u_opacity'), paints.opacity);
    gl.uniform3fv(at('u_ghost'), paints.ghost);
    gl.uniform3fv(at('u_accent'), paints.accent);
    gl.uniform3fv(at('u_casing'), paints.casing);
  }
}

/** A palette as the shader takes it. */
interface Paints {
  readonly colors: Float32Array;
  readonly opacity: Float32Array;
  readonly ghost: readonly number[];
  readonly accent: readonly number[];
  readonly casing: readonly number[];
}

function toPaints(palette: Palette, colorMode: ColorMode): Paints {
  const ramp = palette[colorMode];
  const colors = new Float32Array(3 * CLASSES_MAX);
  const opacity = new Float32Array(CLASSES_MAX);
  colors.set(ramp.colors.flatMap(toRgb));
  opacity.set(ramp.opacity);
  return {
    colors,
    opacity,
    ghost: toRgb(palette.ghost),
    accent: toRgb(palette.accent),
    casing: toRgb(palette.casing),
  };
}

/** The copies of the world that are in view, as whole turns; a globe has one. A dot reaches over the date line. */
function listWraps(map: MapLibreMap, flat: boolean): number[] {
  if (!flat) return [0];
  const bounds = map.getBounds();
  const marginDeg = 3;
  const first = Math.floor((bounds.getWest() - marginDeg + 180) / 360);
  const last = Math.floor((bounds.getEast() + marginDeg + 180) / 360);
  return Array.from({ length: Math.min(5, last - first + 1) }, (_, i) => first + i);
}
