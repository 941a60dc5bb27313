// How a kernel reads its `weight`, four at a time: stored in 4 bits, 64 codes behind the largest magnitude among them
// (io/nf4.ts, lib/nf4.wgsl). Source: QLoRA, arXiv 2305.14314.
alias weight4 = u32;
fn load_weight4(i: u32) -> vec4<f32> {
  let block = 9u * (i / 16u);
  let word = weight[block + 1u + i % 16u / 2u] >> (16u * (i % 2u));
  return bitcast<f32>(weight[block]) * nf4(vec4<u32>(word) >> NF4_SHIFTS);
}
