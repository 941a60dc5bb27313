import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/route.wgsl?raw';
import backwardSource from '#shaders/route_backward.wgsl?raw';
import logitsSource from '#shaders/route_backward_logits.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('route', source, [grid]);
const backward = kernel('route_backward', backwardSource, [grid]);
const backwardLogits = kernel('route_backward_logits', logitsSource, [grid]);

/** softmax(z)[i] h for every head i, side by side: h (..., r) and a router's logits z (..., n) of the same rows; result (..., n r). */
export function route(h: Tensor, z: Tensor, label = 'route'): Tensor {
  const [r, n, tokens] = [lastOf(h), lastOf(z), rowsOf(h)];
  if (rowsOf(z) !== tokens) fail(label, 'the numbers of rows differ', h.shape, z.shape);
  const rec = recorder();
  const out = rec.temp(label, [...h.shape.slice(0, -1), n * r], h.requiresGrad || z.requiresGrad);
  rec.emit(forward, { tensors: { h, z, out }, params: { count: sizeOf(out.shape), n, r }, grid: flatGrid(sizeOf(out.shape)), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    freshGrad(h, (dh) => rec.emit(backward, { tensors: { z, dout, dh }, params: { count: sizeOf(h.shape), n, r }, grid: flatGrid(sizeOf(h.shape)), label: dh.label }));
    freshGrad(z, (dz) => rec.emit(backwardLogits, { tensors: { h, z, dout, dz }, params: { tokens, n, r }, grid: flatGrid(tokens), label: dz.label }));
  });
  return out;
}
