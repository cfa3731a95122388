// A vertex array for instanced quads of the layout in ./event-quads.ts. Written whole: there are few of them.

import { QUAD_BYTES } from './event-quads.ts';
import { ATTRIBUTES } from './event-shader.ts';

export interface QuadBuffer {
  write(bytes: Uint8Array): void;
  draw(): void;
  destroy(): void;
}

export function createQuadBuffer(gl: WebGL2RenderingContext): QuadBuffer {
  const vertexArray = gl.createVertexArray();
  const corners = gl.createBuffer();
  const instances = gl.createBuffer();
  let count = 0;

  gl.bindVertexArray(vertexArray);
  gl.bindBuffer(gl.ARRAY_BUFFER, corners);
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(ATTRIBUTES.corner);
  gl.vertexAttribPointer(ATTRIBUTES.corner, 2, gl.FLOAT, false, 0, 0);
  gl.bindBuffer(gl.ARRAY_BUFFER, instances);
  const float = (location: number, offset: number) => {
    gl.vertexAttribPointer(location, 1, gl.FLOAT, false, QUAD_BYTES, offset);
    perInstance(location);
  };
  const integer = (location: number, type: number, offset: number) => {
    gl.vertexAttribIPointer(location, 1, type, QUAD_BYTES, offset);
    perInstance(location);
  };
  const perInstance = (location: number) => {
    gl.enableVertexAttribArray(location);
    gl.vertexAttribDivisor(location, 1);
  };
  float(ATTRIBUTES.mercatorX, 0);
  float(ATTRIBUTES.mercatorY, 4);
  integer(ATTRIBUTES.originTimeS, gl.INT, 8);
  integer(ATTRIBUTES.magnitudeE2, gl.SHORT, 12);
  integer(ATTRIBUTES.flags, gl.UNSIGNED_BYTE, 14);
  integer(ATTRIBUTES.kind, gl.UNSIGNED_BYTE, 15);
  float(ATTRIBUTES.phase, 16);
  integer(ATTRIBUTES.depthHm, gl.SHORT, 20);
  integer(ATTRIBUTES.eventType, gl.UNSIGNED_BYTE, 22);
  gl.bindVertexArray(null);

  return {
    write(bytes) {
      count = bytes.length / QUAD_BYTES;
      gl.bindVertexArray(null);
      gl.bindBuffer(gl.ARRAY_BUFFER, instances);
      gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.DYNAMIC_DRAW);
    },
    draw() {
      if (count === 0) return;
      gl.bindVertexArray(vertexArray);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
      gl.bindVertexArray(null);
    },
    destroy() {
      gl.deleteVertexArray(vertexArray);
      gl.deleteBuffer(corners);
      gl.deleteBuffer(instances);
    },
  };
}
