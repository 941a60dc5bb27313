// How a kernel reads its `weight`, element by element: stored as f16, two to a u32 word (core WGSL, no shader-f16).
alias weight1 = u32;
fn load_weight(i: u32) -> f32 {
  return unpack2x16float(weight[i / 2u])[i % 2u];
}
// The same without the scale that lib/weight.ternary.wgsl keeps apart.
fn load_code(i: u32) -> f32 { return load_weight(i); }
fn weight_scale() -> f32 { return 1.0; }
