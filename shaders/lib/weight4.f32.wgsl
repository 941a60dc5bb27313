// How a kernel reads its `weight`, four at a time: stored as f32.
alias weight4 = vec4<f32>;
fn load_weight4(i: u32) -> vec4<f32> {
  return weight[i];
}
