import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/randlora_scale.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { Accumulate, recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { flatGrid } from './grid';
import { product, type Batch } from './product';
import { reduce, sizes, type Factors } from './randlora';
import { libsOfA } from './randloraKernels';

const scale = {
  f32: kernel('randlora_scale', source, [...libsOfA('f32', 'f32', 1), grid]),
  generated: kernel('randlora_scale.generated', source, [...libsOfA('generated', 'f32', 1), grid]),
};

export interface UpdateOptions {
  /** Rows of each layer's weight. */
  out: number;
  /** Factor of the update. */
  alpha: number;
  /** The base has blocks besides, which no update reaches: the first and every `stride`-th are these layers. */
  stride?: number;
}

/**
 * Adds alpha x delta^T of G layers of one size on one input to `base` (..., S out), where it lies: x (..., in). Returns it as
 * what gradients arrive at. B is the same for all layers, so that each product with it is one. The rows Â are made again in
 * the backward instead of being kept, and their gradient is not stored: only those of lambda and gamma are.
 */
export function randloraUpdate(base: Tensor, x: Tensor, f: Factors, { out, alpha, stride = 1 }: UpdateOptions): Tensor {
  const rec = recorder();
  const inner = lastOf(x);
  const [D, d] = [Math.max(inner, out), Math.min(inner, out)];
  const up = inner <= out;
  const s = sizes(f, D, d, 'randlora');
  const { G, r, n, ldA, ldB } = s;
  const T = rowsOf(x);
  const q = n * r;
  const width = lastOf(base);
  if (rowsOf(base) !== T || width % out || width / out <= (G - 1) * stride) fail('randlora', `the base is not (${T}, ${G} x ${out})`, base.shape);
  rec.changesInPlace(base, 'randlora');
  /** Blocks of the base and their neighbours are all of it: a row of x has G rows in it, or one. */
  const whole = width === G * out;
  const at = stride * out;
  const batch = (x: number, weight: number, out: number): Batch => ({ count: G, heads: 1, x: [x, 0], weight: [weight, 0], out: [out, 0] });
  // Where x meets Â first its rows lie one layer behind the other, otherwise layers lie side by side.
  const [ld, stack] = up ? [d, q * d] : [G * d, d];
  const rows = (): Tensor => {
    const made = rec.temp('randlora rows', [G * q, d]);
    rec.emit(scale[f.A.dtype as keyof typeof scale], {
      tensors: { A: f.A, lambda: f.lambda, gamma: f.gamma, out: made },
      params: { layers: G, r, n, d, ldA, ld, stack },
      overrides: f.paper ? { PAPER: 1 } : {},
      grid: flatGrid(G * q * d),
      label: 'randlora rows',
    });
    return made;
  };
  const A = rows();
  const u = rec.temp(up ? 'x A' : 'x B', [T, up ? G * q : q]);
  const add = { out: base, alpha, accumulate: Accumulate.add };
  if (up) {
    product({ mode: 'nt', x, weight: A, out: u, M: T, N: G * q, K: d, label: 'x A' });
    const b = { ...add, mode: 'nt', x: u, weight: f.B, N: D, K: q, ldw: ldB, label: 's B' } as const;
    product(whole ? { ...b, M: T * G } : { ...b, M: T, ldx: G * q, ldo: width, batch: batch(q, 0, at) });
  } else {
    product({ mode: 'nn', x, weight: f.B, out: u, M: T, N: q, K: D, ldw: ldB, label: 'x B' });
    const a = { ...add, mode: 'nn', x: u, weight: A, M: T, K: q, ldw: ld, label: 's A' } as const;
    product(whole ? { ...a, N: G * d } : { ...a, N: d, ldo: width, batch: batch(0, d, at) });
  }
  const y: Tensor = { ...base, requiresGrad: [base, x, f.lambda, f.gamma].some((t) => t.requiresGrad) };
  rec.onBackward(() => {
    const dy = rec.gradOf(y);
    if (!dy) return;
    const again = rows();
    const du = rec.temp('d u', [T, up ? G * q : q]);
    if (up) {
      const b = { mode: 'nn', x: dy, weight: f.B, out: du, N: q, K: D, ldw: ldB, alpha, label: 'd x A' } as const;
      product(whole ? { ...b, M: T * G } : { ...b, M: T, ldx: width, ldo: G * q, batch: batch(at, 0, q) });
    } else {
      // Layers add up: within one product, or, where others lie between them, one after the other.
      const a = { mode: 'nt', weight: again, out: du, M: T, N: q, ldw: ld, alpha, label: 'd x B' } as const;
      if (whole) product({ ...a, x: dy, K: G * d });
      else if (G === 1) product({ ...a, x: dy, K: d, ldx: width });
      else fail('randlora', `${G} layers that are not all of the base cannot be run as one where in > out`, base.shape);
    }
    rec.contribute(x, (dx, previous, accumulate) => {
      const shared = { x: du, out: dx, M: T, N: inner, residual: previous, accumulate, label: `d ${x.label}` };
      if (up) product({ ...shared, mode: 'nn', weight: again, K: G * q });
      else product({ ...shared, mode: 'nt', weight: f.B, K: q, ldw: ldB });
    });
    if (!f.lambda.requiresGrad && !f.gamma.requiresGrad) return;
    if (up) reduce(f, s, { left: du, right: x, K: T, ldL: G * q, stackL: q, ldR: d, stackR: 0, across: false, alpha: 1 });
    else reduce(f, s, { left: u, right: dy, K: T, ldL: q, stackL: 0, ldR: width, stackR: at, across: false, alpha });
  });
  return y;
}
