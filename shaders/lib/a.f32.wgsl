// How a kernel reads RandLoRA's small basis A (r, 1, ld), element by element: stored as f32.
alias a1 = f32;
fn load_a(i: u32) -> f32 { return A[i]; }
