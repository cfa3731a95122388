import { expect, test } from 'vitest';
import { isSoftwareRenderer } from './renderer.ts';

test.each([
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', true],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
  ['ANGLE (Microsoft, Microsoft Basic Render Driver (0x0000008C) Direct3D11 vs_5_0 ps_5_0, D3D11)', true],
  ['Apple Software Renderer', true],
  ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', false],
  ['Adreno (TM) 610', false],
  ['Mali-G57', false],
  ['Apple GPU', false],
  ['WebKit WebGL', false],
])('isSoftwareRenderer(%j) is %s', (name, software) => {
  expect(isSoftwareRenderer(name)).toBe(software);
});
