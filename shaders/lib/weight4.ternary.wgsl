// How a kernel reads its `weight`, four at a time: -1, 0 or 1 in two bits each (two's complement), 16 to a u32 word behind their
// one scale (io/ternary.ts). A product with a code is an addition, a subtraction or nothing; the scale is left to its end.
alias weight4 = u32;
fn load_code4(i: u32) -> vec4<f32> {
  let four = bitcast<i32>(weight[1u + i / 4u] >> (8u * (i % 4u)));
  return vec4<f32>((vec4<i32>(four) << vec4<u32>(30u, 28u, 26u, 24u)) >> vec4<u32>(30u));
}
fn weight_scale() -> f32 { return bitcast<f32>(weight[0]); }
fn load_weight4(i: u32) -> vec4<f32> { return weight_scale() * load_code4(i); }
