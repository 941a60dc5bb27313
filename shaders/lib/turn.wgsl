// Cosine and sine to the last bits of f32, the same on every device: WGSL's own may be 2^-11 off.
// Source: Cephes (Moshier), sinf.c: the angle less quarter turns, in three parts, and two polynomials.
fn turn(angle: f32) -> vec2<f32> {
  let quarters = floor(angle * 0.6366197723675814 + 0.5);
  let r = ((angle - quarters * 1.5703125) - quarters * 4.837512969970703e-4) - quarters * 7.549789948768648e-8;
  let z = r * r;
  let s = r + r * z * ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1);
  let c = 1.0 - 0.5 * z + z * z * ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2);
  let k = i32(quarters) & 3;
  let swapped = select(vec2<f32>(c, s), vec2<f32>(s, c), (k & 1) == 1);
  return vec2<f32>(select(swapped.x, -swapped.x, k == 1 || k == 2), select(swapped.y, -swapped.y, k >= 2));
}
