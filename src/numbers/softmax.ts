/** Softmax of logits (K). */
export function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((most, v) => Math.max(most, v), -Infinity);
  const weights = Float64Array.from(logits, (v) => Math.exp(v - largest));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((v) => v / sum);
}
