// How a kernel reads RandLoRA's small basis A (r, 1, ld), four at a time: stored as f32.
alias a4 = vec4<f32>;
fn load_a4(i: u32) -> vec4<f32> { return A[i]; }
