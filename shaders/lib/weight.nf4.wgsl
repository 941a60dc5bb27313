// How a kernel reads its `weight`, element by element: stored in 4 bits, 64 codes behind the largest magnitude among them
// (io/nf4.ts, lib/nf4.wgsl). Source: QLoRA, arXiv 2305.14314.
alias weight1 = u32;
fn load_weight(i: u32) -> f32 {
  let block = 9u * (i / 64u);
  let word = weight[block + 1u + i % 64u / 8u];
  return bitcast<f32>(weight[block]) * nf4(vec4<u32>(word >> nf4_shift(i % 8u))).x;
}
