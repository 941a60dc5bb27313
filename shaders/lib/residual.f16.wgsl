// How a kernel reads the weight that it adds its result to, element by element: stored as f16, two to a u32 word.
alias residual1 = u32;
fn load_residual(i: u32) -> f32 { return unpack2x16float(residual[i / 2u])[i % 2u]; }
