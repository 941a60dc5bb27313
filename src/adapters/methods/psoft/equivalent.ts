import { defined } from '../../../numbers/defined';
import { lengthOf } from '../../../numbers/elementary';
import { seriesOf } from '../../../ops/cayley';
import type { MethodConfig } from '../../field';
import { num, type Equivalent } from '../../method';

/** PSOFT as the LoRA that it is: lora_A = A, lora_B = B (R - I), taken in f64, and lora_alpha = psoft_alpha. */
export const equivalent: Equivalent = {
  config: (c) => ({ r: num(c, 'r'), lora_alpha: num(c, 'psoft_alpha'), lora_dropout: num(c, 'psoft_dropout') }),
  tensors(c, { out: m }, tensor) {
    const r = num(c, 'r');
    const R = turnOf(c, (name) => tensor(`psoft_R.${name}`).data);
    for (let i = 0; i < r; i++) R[i * r + i] = defined(R[i * r + i]) - 1;
    return { 'lora_A.weight': tensor('psoft_A').data, 'lora_B.weight': Float32Array.from(product(tensor('psoft_B').data, R, m, r)) };
  },
};

/** R = diag(b) C diag(a). */
function turnOf(c: MethodConfig, own: (name: string) => Float32Array): Float64Array {
  const r = num(c, 'r');
  const C = c.psoft_orth === true ? rotationOf(c, own('weight'), r) : Float64Array.from(own('weight'));
  const [b, a] = [c.psoft_mag_b === true ? own('vector_b') : null, c.psoft_mag_a === true ? own('vector_a') : null];
  return C.map((v, at) => v * (b ? defined(b[Math.floor(at / r)]) : 1) * (a ? defined(a[at % r]) : 1));
}

/** (I + Q) (I - Q)^-1, or its series, of Q by its upper triangle. */
function rotationOf(c: MethodConfig, triangle: Float32Array, r: number): Float64Array {
  const Q = new Float64Array(r * r);
  for (let i = 0, at = 0; i < r; i++) {
    for (let j = i + 1; j < r; j++, at++) {
      Q[i * r + j] = defined(triangle[at]);
      Q[j * r + i] = -defined(triangle[at]);
    }
  }
  if (c.use_cayley_neumann !== true) return rotation(Q, r);
  const bound = (c.cayley_neumann_eps as number | null) ?? Infinity;
  const norm = lengthOf(Q);
  return series(norm > bound ? Q.map((v) => (v * bound) / norm) : Q, r, num(c, 'num_cayley_neumann_terms'));
}

const identity = (r: number): Float64Array => Float64Array.from({ length: r * r }, (_, at) => Number(at % (r + 1) === 0));

/** x y of x (rows, r) and y (r, r). */
function product(x: Float32Array | Float64Array, y: Float64Array, rows: number, r: number): Float64Array {
  const out = new Float64Array(rows * r);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < r; k++) {
      const factor = defined(x[i * r + k]);
      for (let j = 0; j < r; j++) out[i * r + j] = defined(out[i * r + j]) + factor * defined(y[k * r + j]);
    }
  }
  return out;
}

function series(Q: Float64Array, r: number, terms: number): Float64Array {
  const { degree, last } = seriesOf(terms);
  const out = identity(r);
  let power = identity(r);
  for (let k = 1; k <= degree; k++) {
    power = product(power, Q, r, r);
    const factor = k === degree ? last : 2;
    power.forEach((v, at) => (out[at] = defined(out[at]) + factor * v));
  }
  return out;
}

/** 2 (I - Q)^-1 - I by Gauss and Jordan, whose pivots are at least 1: the symmetric part of I - Q is the identity. */
function rotation(Q: Float64Array, r: number): Float64Array {
  const left = identity(r).map((v, at) => v - defined(Q[at]));
  const right = identity(r);
  for (let k = 0; k < r; k++) {
    const pivot = defined(left[k * r + k]);
    for (const side of [left, right]) for (let j = 0; j < r; j++) side[k * r + j] = defined(side[k * r + j]) / pivot;
    for (let i = 0; i < r; i++) {
      const factor = i === k ? 0 : defined(left[i * r + k]);
      for (const side of [left, right]) for (let j = 0; j < r; j++) side[i * r + j] = defined(side[i * r + j]) - factor * defined(side[k * r + j]);
    }
  }
  return right.map((v, at) => 2 * v - Number(at % (r + 1) === 0));
}
