// How a kernel reads its `weight`, element by element: -1, 0 or 1 in two bits each (two's complement), 16 to a u32 word behind their
// one scale (io/ternary.ts). A product with a code is an addition, a subtraction or nothing; the scale is left to its end.
alias weight1 = u32;
fn load_code(i: u32) -> f32 {
  return f32(extractBits(bitcast<i32>(weight[1u + i / 16u]), 2u * (i % 16u), 2u));
}
fn weight_scale() -> f32 { return bitcast<f32>(weight[0]); }
fn load_weight(i: u32) -> f32 { return weight_scale() * load_code(i); }
