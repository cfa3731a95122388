// Compiled shader programs with their uniforms by name.

import type { ShaderSource } from './event-shader.ts';

export interface Program {
  readonly handle: WebGLProgram;
  /** Null for a name that the program does not use; setting it is then without effect, as WebGL has it. */
  uniform(name: string): WebGLUniformLocation | null;
}

/** Throws Error with the compiler's words: a shader of ours that does not compile is a programmer's mistake. */
export function createProgram(gl: WebGL2RenderingContext, source: ShaderSource): Program {
  const handle = gl.createProgram();
  const vertex = compile(gl, gl.VERTEX_SHADER, source.vertex);
  const fragment = compile(gl, gl.FRAGMENT_SHADER, source.fragment);
  gl.attachShader(handle, vertex);
  gl.attachShader(handle, fragment);
  gl.linkProgram(handle);
  gl.deleteShader(vertex);
  gl.deleteShader(fragment);
  if (!gl.getProgramParameter(handle, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`Cannot link the event shader: ${gl.getProgramInfoLog(handle)}`);
  const locations = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    uniform(name) {
      let location = locations.get(name);
      if (location === undefined) {
        location = gl.getUniformLocation(handle, name);
        locations.set(name, location);
      }
      return location;
    },
  };
}

function compile(gl: WebGL2RenderingContext, type: number, text: string): WebGLShader {
  const shader = gl.createShader(type);
  if (shader === null) throw new Error('Cannot create a shader: the WebGL context is lost');
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
    throw new Error(`Cannot compile the event shader: ${gl.getShaderInfoLog(shader)}`);
  return shader;
}
