// How a kernel reads the weight that it adds its result to, element by element: in 8 bits (lib/weight.q8.wgsl).
alias residual1 = u32;
fn load_residual(i: u32) -> f32 {
  let block = 9u * (i / 32u);
  return bitcast<f32>(residual[block]) * unpack4x8snorm(residual[block + 1u + i % 32u / 4u])[i % 4u];
}
