// How a kernel reads its `weight`, four at a time: stored as f16, two to a u32 word (core WGSL, no shader-f16).
alias weight4 = vec2<u32>;
fn load_weight4(i: u32) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(weight[i].x), unpack2x16float(weight[i].y));
}
// The same without the scale that lib/weight4.ternary.wgsl keeps apart.
fn load_code4(i: u32) -> vec4<f32> { return load_weight4(i); }
fn weight_scale() -> f32 { return 1.0; }
