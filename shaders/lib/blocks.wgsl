// Blocks of 4 x 4 of both operands, with k first whichever way they are stored; beyond the edge of K they are zero.

// Four k of four rows of x; column j holds k + j.
fn x_block(rows: vec4<u32>, k: u32) -> mat4x4<f32> {
  if (MODE < 2u) {
    if (k >= p.K) { return mat4x4<f32>(); }
    let at = rows + k / 4u;
    return transpose(mat4x4<f32>(x[at.x], x[at.y], x[at.z], x[at.w]));
  }
  let at = rows + k * p.ldx;
  var b = mat4x4<f32>();
  if (k < p.K) { b[0] = x[at.x]; }
  if (k + 1u < p.K) { b[1] = x[at.y]; }
  if (k + 2u < p.K) { b[2] = x[at.z]; }
  if (k + 3u < p.K) { b[3] = x[at.w]; }
  return b;
}

// Four k of four columns of weight; column j holds k + j.
fn w_block(cols: u32, k: u32) -> mat4x4<f32> {
  if (MODE == 1u || MODE == 3u) {
    if (k >= p.K) { return mat4x4<f32>(); }
    return load_w(cols + k / 4u);
  }
  let at = cols + k * p.ldw;
  var b = mat4x4<f32>();
  if (k < p.K) { b[0] = load_weight4(at); }
  if (k + 1u < p.K) { b[1] = load_weight4(at + p.ldw); }
  if (k + 2u < p.K) { b[2] = load_weight4(at + 2u * p.ldw); }
  if (k + 3u < p.K) { b[3] = load_weight4(at + 3u * p.ldw); }
  return b;
}
