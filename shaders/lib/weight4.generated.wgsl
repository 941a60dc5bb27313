// How a kernel reads its `weight`, four at a time: made here from a counter. Sixteen codes come out of one hash of their place, as
// lib/weight4.ternary.wgsl reads them out of memory: 0 half of the time, 1 and -1 a quarter each. Only scale and key are stored.
alias weight4 = u32;
fn load_code4(i: u32) -> vec4<f32> {
  let four = bitcast<i32>(ternary_word(weight[1], i / 4u) >> (8u * (i % 4u)));
  return vec4<f32>((vec4<i32>(four) << vec4<u32>(30u, 28u, 26u, 24u)) >> vec4<u32>(30u));
}
fn weight_scale() -> f32 { return bitcast<f32>(weight[0]); }
fn load_weight4(i: u32) -> vec4<f32> { return weight_scale() * load_code4(i); }
