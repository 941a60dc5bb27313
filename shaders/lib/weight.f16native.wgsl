enable f16;
// How a kernel reads its `weight`, element by element: stored as f16, read with shader-f16.
alias weight1 = f16;
fn load_weight(i: u32) -> f32 {
  return f32(weight[i]);
}
