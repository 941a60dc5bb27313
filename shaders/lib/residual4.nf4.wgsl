// How a kernel reads the weight that it adds its result to, four at a time: in 4 bits (lib/weight4.nf4.wgsl).
alias residual4 = u32;
fn load_residual4(i: u32) -> vec4<f32> {
  let block = 9u * (i / 16u);
  let word = residual[block + 1u + i % 16u / 2u] >> (16u * (i % 2u));
  return bitcast<f32>(residual[block]) * nf4(vec4<u32>(word) >> NF4_SHIFTS);
}
