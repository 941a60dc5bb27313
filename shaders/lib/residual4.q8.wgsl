// How a kernel reads the weight that it adds its result to, four at a time: in 8 bits (lib/weight4.q8.wgsl).
alias residual4 = u32;
fn load_residual4(i: u32) -> vec4<f32> {
  let block = 9u * (i / 8u);
  return bitcast<f32>(residual[block]) * unpack4x8snorm(residual[block + 1u + i % 8u]);
}
