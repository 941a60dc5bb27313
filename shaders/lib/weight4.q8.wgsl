// How a kernel reads its `weight`, four at a time: stored in 8 bits, 32 codes behind the largest magnitude among them
// (io/quant8.ts). Source: ggml's Q8_0, with the scale in f32; unpack4x8snorm is core WGSL.
alias weight4 = u32;
fn load_weight4(i: u32) -> vec4<f32> {
  let block = 9u * (i / 8u);
  return bitcast<f32>(weight[block]) * unpack4x8snorm(weight[block + 1u + i % 8u]);
}
