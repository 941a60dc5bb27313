// How a kernel reads its `weight`, element by element: stored as f32.
alias weight1 = f32;
fn load_weight(i: u32) -> f32 {
  return weight[i];
}
