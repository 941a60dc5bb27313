// How a kernel reads its `weight`, four at a time: stored as f32.
alias weight4 = vec4<f32>;
fn load_weight4(i: u32) -> vec4<f32> {
  return weight[i];
}
// The same without the scale that lib/weight4.ternary.wgsl keeps apart.
fn load_code4(i: u32) -> vec4<f32> { return load_weight4(i); }
fn weight_scale() -> f32 { return 1.0; }
