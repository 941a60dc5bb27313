import step from '#shaders/lib/step.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/add.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { Accumulate, recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { columnSumGrad } from './columnSum';
import { flatGrid } from './grid';

const addKernel = kernel('add', source, [step, grid]);

function emit(x: Tensor, y: Tensor | null, out: Tensor, alpha: number, beta: number, accumulate: number, label: string): void {
  const count = sizeOf(out.shape);
  recorder().emit(addKernel, {
    tensors: { x, y, out },
    params: { count, y_count: y ? sizeOf(y.shape) : 1, alpha, beta: y ? beta : 0, accumulate },
    grid: flatGrid(count),
    label,
  });
}

/** alpha * x + beta * y; y has x's shape. */
export function add(x: Tensor, y: Tensor, { alpha = 1, beta = 1, label = 'add' } = {}): Tensor {
  if (sizeOf(x.shape) !== sizeOf(y.shape)) fail('add', 'shapes differ', x.shape, y.shape);
  const rec = recorder();
  const out = rec.temp(label, x.shape, x.requiresGrad || y.requiresGrad);
  emit(x, y, out, alpha, beta, 0, label);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    passGrad(x, dout, alpha);
    passGrad(y, dout, beta);
  });
  return out;
}

/** out = alpha * x + base where `out` lies: `base` is a tensor, 0, or what `out` holds ('out'). No gradient flows through it. */
export function addInto(out: Tensor, x: Tensor, base: Tensor | 0 | 'out', alpha = 1): void {
  if (sizeOf(x.shape) !== sizeOf(out.shape)) fail('add', 'shapes differ', x.shape, out.shape);
  emit(x, typeof base === 'object' ? base : null, out, alpha, 1, base === 'out' ? Accumulate.add : Accumulate.write, `to ${out.label}`);
}

/** x + bias, the frozen or trained bias (C) repeated over the rows of x (..., C). */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  if (sizeOf(bias.shape) !== x.shape[x.shape.length - 1]) fail('add_bias', 'the bias must have the width of x', x.shape, bias.shape);
  const rec = recorder();
  const out = rec.temp('add_bias', x.shape, x.requiresGrad || bias.requiresGrad);
  emit(x, bias, out, 1, 1, 0, 'add_bias');
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    columnSumGrad(bias, dout);
    passGrad(x, dout);
  });
  return out;
}

/** alpha * x. */
export function scaleBy(x: Tensor, alpha: number, label = 'scale_by'): Tensor {
  const rec = recorder();
  const out = rec.temp(label, x.shape, x.requiresGrad);
  emit(x, null, out, alpha, 0, 0, label);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) passGrad(x, dout, alpha);
  });
  return out;
}

/**
 * Gives `alpha * grad` to `t`. The tensor itself is handed on where nothing else has arrived (it may then be shared:
 * nobody writes it again), otherwise the sum goes to a fresh tensor, or into the parameter's flat gradient.
 */
export function passGrad(t: Tensor, grad: Tensor, alpha = 1): void {
  const rec = recorder();
  if (!t.requiresGrad) return;
  if (!rec.collects(t) && alpha === 1 && !rec.gradOf(t)) rec.setGrad(t, rec.view(grad, t.shape));
  else rec.contribute(t, (out, previous, accumulate) => emit(grad, previous, out, alpha, 1, accumulate, `d ${t.label}`));
}

/**
 * For kernels that overwrite or add where they write, and know no other sum: `write` fills the gradient, a parameter's where it lies
 * and as `accumulate` says, else a fresh one, which is then passed on.
 */
export function writeGrad(t: Tensor, write: (out: Tensor, accumulate: number) => void): void {
  if (t.role === 'param') recorder().contribute(t, (out, _, accumulate) => write(out, accumulate));
  else freshGrad(t, (out) => write(out, Accumulate.write));
}

/** For kernels that can only overwrite: `write` fills a fresh gradient of `t`'s shape, which is then passed on. */
export function freshGrad(t: Tensor, write: (out: Tensor) => void): void {
  if (!t.requiresGrad) return;
  const out = recorder().temp(`d ${t.label}`, t.shape);
  write(out);
  passGrad(t, out);
}
