// A script for a page, before its own: a WebGL 2 that answers everything at once and draws nothing. What is then measured
// is the work of the page and its map alone, without any of drawing.

export const IDLE_WEBGL = `(() => {
  const real = WebGL2RenderingContext.prototype;
  const limits = {
    [real.MAX_TEXTURE_SIZE]: 8192,
    [real.MAX_VIEWPORT_DIMS]: new Int32Array([8192, 8192]),
    [real.MAX_TEXTURE_IMAGE_UNITS]: 16,
    [real.MAX_VERTEX_ATTRIBS]: 16,
    [real.MAX_SAMPLES]: 4,
    [real.ALIASED_POINT_SIZE_RANGE]: new Float32Array([1, 64]),
    [real.RENDERER]: 'A WebGL that does nothing',
    [real.VERSION]: 'WebGL 2.0',
  };
  const answers = {
    getParameter: (name) => limits[name] ?? 0,
    getContextAttributes: () => ({ antialias: false, stencil: true, depth: true, alpha: true }),
    isContextLost: () => false,
    getExtension: () => null,
    getSupportedExtensions: () => [],
    getShaderParameter: () => true,
    getProgramParameter: (program, name) =>
      name === real.ACTIVE_UNIFORMS || name === real.ACTIVE_ATTRIBUTES ? 0 : true,
    getShaderInfoLog: () => '',
    getProgramInfoLog: () => '',
    getError: () => 0,
    getAttribLocation: () => 0,
    checkFramebufferStatus: () => real.FRAMEBUFFER_COMPLETE,
  };
  const made = () => ({});
  const nothing = () => null;
  /** What was asked for once is found at once: a call then costs about what any call costs. */
  const known = new Map();
  const find = (name) => {
    if (name in answers) return answers[name];
    const constant = Object.getOwnPropertyDescriptor(real, name)?.value;
    if (typeof constant === 'number') return constant;
    return /^create|^getUniformLocation$/.test(String(name)) ? made : nothing;
  };
  const contexts = new WeakMap();
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (...args) {
    if (args[0] !== 'webgl2') return getContext.apply(this, args);
    if (!contexts.has(this)) contexts.set(this, createContext(this));
    return contexts.get(this);
  };
  function createContext(canvas) {
    return new Proxy(Object.create(real), {
      get(target, name) {
        if (name === 'canvas') return canvas;
        if (name === 'drawingBufferWidth') return canvas.width;
        if (name === 'drawingBufferHeight') return canvas.height;
        if (!known.has(name)) known.set(name, find(name));
        return known.get(name);
      },
      set: () => true,
    });
  }
})()`;
