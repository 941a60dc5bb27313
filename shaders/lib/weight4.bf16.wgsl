// How a kernel reads its `weight`, four at a time: stored as bf16, the upper halves of f32, two to a u32 word.
alias weight4 = vec2<u32>;
fn load_weight4(i: u32) -> vec4<f32> {
  let w = weight[i];
  return bitcast<vec4<f32>>(vec4<u32>(w.x << 16u, w.x & 0xffff0000u, w.y << 16u, w.y & 0xffff0000u));
}
// The same without the scale that lib/weight4.ternary.wgsl keeps apart.
fn load_code4(i: u32) -> vec4<f32> { return load_weight4(i); }
fn weight_scale() -> f32 { return 1.0; }
