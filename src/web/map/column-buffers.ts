// The catalogue's columns as vertex buffers, and its time order as index buffer. Single rows are written in place;
// a catalogue that has grown is uploaded anew.

import type { Catalogue, Columns } from '../../catalogue/catalogue.ts';
import type { CatalogueChange } from '../state/shared-catalogue.ts';
import { ATTRIBUTES } from './event-shader.ts';
import { toMercatorY } from './mercator.ts';
import { firstPositionFrom, toRuns } from './row-runs.ts';

export interface ColumnBuffers {
  readonly vertexArray: WebGLVertexArrayObject;
  /** Number of indices to draw. */
  readonly count: number;
  /** Brings the GPU in step; leaves bindings of its own behind. */
  update(catalogue: Catalogue, change: CatalogueChange): void;
  destroy(): void;
}

type Column = 'longitudeE4' | 'originTimeS' | 'magnitudeE2' | 'depthHm' | 'eventType' | 'flags';
const COLUMNS: readonly Column[] = [
  'longitudeE4',
  'originTimeS',
  'magnitudeE2',
  'depthHm',
  'eventType',
  'flags',
];

export function createColumnBuffers(gl: WebGL2RenderingContext): ColumnBuffers {
  const vertexArray = gl.createVertexArray();
  const buffers = new Map(COLUMNS.map((column) => [column, gl.createBuffer()]));
  const yBuffer = gl.createBuffer();
  const orderBuffer = gl.createBuffer();
  let capacity = 0;
  let count = 0;
  bindAttributes();

  return {
    vertexArray,
    get count() {
      return count;
    },
    update(catalogue, change) {
      gl.bindVertexArray(null);
      const all = change.rows === null || catalogue.capacity !== capacity;
      if (all) uploadAll(catalogue.columns, catalogue.count, catalogue.capacity);
      else uploadRows(catalogue.columns, change.rows);
      uploadOrder(catalogue, all ? 0 : firstPositionFrom(catalogue, change.orderFromMs), all);
      count = catalogue.count;
    },
    destroy() {
      gl.deleteVertexArray(vertexArray);
      for (const buffer of [...buffers.values(), yBuffer, orderBuffer]) gl.deleteBuffer(buffer);
    },
  };

  function bindAttributes(): void {
    gl.bindVertexArray(vertexArray);
    const integer = (column: Column, location: number, type: number) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.get(column)!);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribIPointer(location, 1, type, 0, 0);
    };
    integer('longitudeE4', ATTRIBUTES.longitudeE4, gl.INT);
    integer('originTimeS', ATTRIBUTES.originTimeS, gl.INT);
    integer('magnitudeE2', ATTRIBUTES.magnitudeE2, gl.SHORT);
    integer('depthHm', ATTRIBUTES.depthHm, gl.SHORT);
    integer('eventType', ATTRIBUTES.eventType, gl.UNSIGNED_BYTE);
    integer('flags', ATTRIBUTES.flags, gl.UNSIGNED_BYTE);
    gl.bindBuffer(gl.ARRAY_BUFFER, yBuffer);
    gl.enableVertexAttribArray(ATTRIBUTES.mercatorY);
    gl.vertexAttribPointer(ATTRIBUTES.mercatorY, 1, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, orderBuffer);
    gl.bindVertexArray(null);
  }

  /** Buffers take the catalogue's capacity, so that rows it adds later fit in place. */
  function uploadAll(columns: Columns, rows: number, newCapacity: number): void {
    if (newCapacity !== capacity) {
      for (const column of COLUMNS) {
        gl.bindBuffer(gl.ARRAY_BUFFER, buffers.get(column)!);
        gl.bufferData(gl.ARRAY_BUFFER, newCapacity * columns[column].BYTES_PER_ELEMENT, gl.DYNAMIC_DRAW);
      }
      gl.bindBuffer(gl.ARRAY_BUFFER, yBuffer);
      gl.bufferData(gl.ARRAY_BUFFER, newCapacity * 4, gl.DYNAMIC_DRAW);
      gl.bindBuffer(gl.COPY_WRITE_BUFFER, orderBuffer);
      gl.bufferData(gl.COPY_WRITE_BUFFER, newCapacity * 4, gl.DYNAMIC_DRAW);
      capacity = newCapacity;
    }
    uploadRun(columns, 0, rows);
  }

  function uploadRows(columns: Columns, rows: readonly number[]): void {
    for (const { from, to } of toRuns(rows)) uploadRun(columns, from, to);
  }

  function uploadRun(columns: Columns, from: number, to: number): void {
    for (const column of COLUMNS) {
      const values = columns[column];
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.get(column)!);
      gl.bufferSubData(gl.ARRAY_BUFFER, from * values.BYTES_PER_ELEMENT, values.subarray(from, to));
    }
    const y = new Float32Array(to - from);
    for (let i = 0; i < y.length; i++) y[i] = toMercatorY(columns.latitudeE4[from + i]!);
    gl.bindBuffer(gl.ARRAY_BUFFER, yBuffer);
    gl.bufferSubData(gl.ARRAY_BUFFER, from * 4, y);
  }

  /** Through COPY_WRITE, because an element buffer cannot be bound without a vertex array. */
  function uploadOrder(catalogue: Catalogue, position: number, all: boolean): void {
    const order = catalogue.timeOrder;
    if (!all && position >= order.length) return;
    gl.bindBuffer(gl.COPY_WRITE_BUFFER, orderBuffer);
    gl.bufferSubData(gl.COPY_WRITE_BUFFER, position * 4, order.subarray(position));
    gl.bindBuffer(gl.COPY_WRITE_BUFFER, null);
  }
}
