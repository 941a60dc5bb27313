// How a kernel reads its `weight`, element by element: stored in 8 bits, 32 codes behind the largest magnitude among them
// (io/quant8.ts). Source: ggml's Q8_0, with the scale in f32; unpack4x8snorm is core WGSL.
alias weight1 = u32;
fn load_weight(i: u32) -> f32 {
  let block = 9u * (i / 32u);
  let k = i % 32u;
  return bitcast<f32>(weight[block]) * unpack4x8snorm(weight[block + 1u + k / 4u])[k % 4u];
}
