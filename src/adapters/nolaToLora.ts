import { said } from '../said/said';
import { Adapted, adapterLabel } from './adapted';
import { ConfigError } from './fields';
import { num, numOr, type Arrays } from './method';

/**
 * A NoLA adapter as the LoRA that it is: delta = s (B A)^T with B (in, r) and A (r, out) mixed from the bases, so
 * lora_A = B^T (r, in), lora_B = A^T (out, r), and lora_alpha = nola_alpha. The mixing sums are taken in f64. Other
 * values (the head) go along. Throws ConfigError for another method.
 */
export function nolaToLora(nola: Adapted, values: Arrays): { adapted: Adapted; values: Arrays } {
  const { config: c, shared } = nola;
  if (c.method !== 'nola') throw new ConfigError(said`only NoLA can be written as a LoRA, this is ${c.method}.`);
  const r = num(c, 'r');
  const basis = (name: 'nola_basis_A' | 'nola_basis_B') => ({ shape: shared[name]!.shape, data: values[`base_model.${name}`] ?? shared[name]!.data!() });
  const [A, B] = [basis('nola_basis_A'), basis('nola_basis_B')];
  const out: Arrays = Object.fromEntries(Object.entries(values).filter(([label]) => !/[._]nola_/.test(label)));
  for (const { name, in: n, out: m } of nola.layers) {
    const coefficients = values[adapterLabel(name, 'nola_coefficients')]!;
    const count = coefficients.length / 2;
    const [ldB, ldA] = [B.shape[1]!, A.shape[2]!];
    // One basis after the other: basis_B (count, ldB, r), basis_A (count, r, ldA).
    out[adapterLabel(name, 'lora_A.weight')] = mix(r * n, count, coefficients.subarray(0, count), B.data, ldB * r, (k, i) => i * r + k, n);
    out[adapterLabel(name, 'lora_B.weight')] = mix(m * r, count, coefficients.subarray(count), A.data, ldA * r, (o, k) => k * ldA + o, r);
  }
  const config = { method: 'lora', r, lora_alpha: numOr(c, 'nola_alpha', 1), target_modules: nola.layers.map((l) => l.name), modules_to_save: c.modules_to_save };
  return { adapted: new Adapted(nola.model, config), values: out };
}

/** sum_q c[q] basis[q, at(row, col)] for every entry of a matrix with `cols` columns. */
function mix(size: number, count: number, c: Float32Array, bases: Float32Array, stride: number, at: (row: number, col: number) => number, cols: number): Float32Array {
  const sums = new Float64Array(size);
  const places = Uint32Array.from(sums, (_, i) => at(Math.floor(i / cols), i % cols));
  for (let q = 0; q < count; q++) for (let i = 0; i < size; i++) sums[i]! += c[q]! * bases[q * stride + places[i]!]!;
  return Float32Array.from(sums);
}
