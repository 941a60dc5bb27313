// How a kernel reads its `weight`, element by element: stored as f32.
alias weight1 = f32;
fn load_weight(i: u32) -> f32 {
  return weight[i];
}
// The same without the scale that lib/weight.ternary.wgsl keeps apart.
fn load_code(i: u32) -> f32 { return load_weight(i); }
fn weight_scale() -> f32 { return 1.0; }
