// How a kernel reads the weight that it adds its result to, element by element: stored as f32.
alias residual1 = f32;
fn load_residual(i: u32) -> f32 { return residual[i]; }
