import { defined } from '../numbers/defined';
import type { OpCase } from '../testing/checkOp';
import { compose } from './compose';

export const cases: OpCase[] = [
  { shape: [7, 13], present: [true, true, true] },
  { shape: [5], present: [false, true, false] },
  { shape: [64, 64], present: [true, false, true] },
  { shape: [9, 3], present: [false, false, false] },
].map(({ shape, present }): OpCase => ({
  name: `compose ${shape.join('x')} of ${present.map(Number).join('')}`,
  inputs: { base: { shape, grad: false }, c: { shape: [4], grad: false }, ...Object.fromEntries(present.flatMap((on, k) => (on ? [[`d${k}`, { shape, grad: false }]] : []))) },
  run: (t) => compose(defined(t.base), [0, 1, 2].map((k) => t[`d${k}`] ?? null), defined(t.c)),
  reference: (v) => defined(v.base).map((b, i) => b + [0, 1, 2].reduce((s, k) => s + (v[`d${k}`] ? defined(defined(v.c)[k]) * defined(defined(v[`d${k}`])[i]) : 0), 0)),
}));
