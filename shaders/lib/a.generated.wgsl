// How a kernel reads RandLoRA's small basis A (r, 1, ld), element by element: made here as in lib/weight.generated.wgsl.
alias a1 = u32;
fn load_a(i: u32) -> f32 {
  return bitcast<f32>(A[0]) * f32(extractBits(bitcast<i32>(ternary_word(A[1], i / 16u)), 2u * (i % 16u), 2u));
}
