// How a kernel reads RandLoRA's small basis A (r, 1, ld), four at a time: made here as in lib/weight4.generated.wgsl.
alias a4 = u32;
fn load_a4(i: u32) -> vec4<f32> {
  let four = bitcast<i32>(ternary_word(A[1], i / 4u) >> (8u * (i % 4u)));
  return bitcast<f32>(A[0]) * vec4<f32>((vec4<i32>(four) << vec4<u32>(30u, 28u, 26u, 24u)) >> vec4<u32>(30u));
}
