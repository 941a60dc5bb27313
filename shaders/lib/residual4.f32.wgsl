// How a kernel reads the weight that it adds its result to, four at a time: stored as f32.
alias residual4 = vec4<f32>;
fn load_residual4(i: u32) -> vec4<f32> { return residual[i]; }
