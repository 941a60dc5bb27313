// Word `i` of generated ternary codes: a field of two bits is 01, 11 (minus one) or 00, since the upper bit of 10 is cleared.
// The host makes the same words (io/ternary.ts). `key` is a whole number stored as f32.
fn ternary_word(key: u32, i: u32) -> u32 {
  let w = pcg(i ^ (u32(bitcast<f32>(key)) * 2654435761u));
  return w & ((w << 1u) | 0x55555555u);
}
