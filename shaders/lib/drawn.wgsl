// Values of fixed random bases, uniform in +-1, made where they are used: two of 16 bits from each word of the counter
// generator (lib/random.wgsl), by a layer's key, the number of the basis, and the place. Host side: src/ops/drawnSum.ts.
fn drawn_pair(basis: u32, pair: u32) -> vec2<f32> {
  let word = pcg(pair ^ basis);
  return (vec2<f32>(f32(word & 0xffffu), f32(word >> 16u)) + 0.5) / 32768.0 - 1.0;
}
fn drawn_basis(key: u32, k: u32) -> u32 { return pcg(k ^ pcg(key)); }
