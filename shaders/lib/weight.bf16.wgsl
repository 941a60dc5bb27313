// How a kernel reads its `weight`, element by element: stored as bf16, the upper halves of f32, two to a u32 word.
alias weight1 = u32;
fn load_weight(i: u32) -> f32 {
  return bitcast<f32>((weight[i / 2u] << (16u - 16u * (i % 2u))) & 0xffff0000u);
}
// The same without the scale that lib/weight.ternary.wgsl keeps apart.
fn load_code(i: u32) -> f32 { return load_weight(i); }
fn weight_scale() -> f32 { return 1.0; }
