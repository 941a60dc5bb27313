// How a kernel reads its `weight`, element by element: made here from a counter. Sixteen codes come out of one hash of their place, as
// lib/weight.ternary.wgsl reads them out of memory: 0 half of the time, 1 and -1 a quarter each. Only scale and key are stored.
alias weight1 = u32;
fn load_code(i: u32) -> f32 {
  return f32(extractBits(bitcast<i32>(ternary_word(weight[1], i / 16u)), 2u * (i % 16u), 2u));
}
fn weight_scale() -> f32 { return bitcast<f32>(weight[0]); }
fn load_weight(i: u32) -> f32 { return weight_scale() * load_code(i); }
