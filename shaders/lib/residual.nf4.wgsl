// How a kernel reads the weight that it adds its result to, element by element: in 4 bits (lib/weight.nf4.wgsl).
alias residual1 = u32;
fn load_residual(i: u32) -> f32 {
  let block = 9u * (i / 64u);
  let word = residual[block + 1u + i % 64u / 8u];
  return bitcast<f32>(residual[block]) * nf4(vec4<u32>(word >> nf4_shift(i % 8u))).x;
}
