import { Mersenne } from '../io/mersenne';
import { cos, log, sin } from '../numbers/elementary';

/** Uniform numbers in [0, 1) from a text key, the same everywhere. */
export function generator(key: string): () => number {
  let hash = 2166136261;
  for (const ch of key) hash = Math.imul(hash ^ ch.codePointAt(0)!, 16777619) >>> 0;
  const twister = new Mersenne(hash);
  return () => twister.next() / 2 ** 32;
}

/** Normal numbers (Box and Muller, on the host in f64), the same everywhere. */
export function normal(count: number, std: number, random: () => number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = std * Math.sqrt(-2 * log(1 - random()));
    const angle = 2 * Math.PI * random();
    out[i] = radius * cos(angle);
    // An odd count has no place for the last, and the array none for what is beyond it.
    out[i + 1] = radius * sin(angle);
  }
  return out;
}

/** torch.nn.init.kaiming_uniform_(a = sqrt(5)): uniform within 1 / sqrt(fan_in); shape (rows, fanIn). */
export function kaimingUniform(rows: number, fanIn: number, random: () => number): Float32Array {
  const bound = 1 / Math.sqrt(fanIn);
  return Float32Array.from({ length: rows * fanIn }, () => (2 * random() - 1) * bound);
}
