enable f16;
// How a kernel reads its `weight`, four at a time: stored as f16, read with shader-f16.
alias weight4 = vec4<f16>;
fn load_weight4(i: u32) -> vec4<f32> {
  return vec4<f32>(weight[i]);
}
