// out = act(alpha * op(x) op(weight) + bias) + residual, as matmul.vec4.wgsl, with 32 rows x 8 columns an invocation.
//
// A workgroup of 4 owns 32 x 32; an invocation's two quads of columns lie 16 apart. As matmul.rows16.wgsl, for adapters
// where a load costs even more. K is a multiple of four. Source: lib/product.wgsl; tile from a sweep (bench sweep).
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  multiply(wid, lane);
  write_tile_stats(wid.y * 32u, 32u, wid.x, 1u, lane, 4u);
}

fn multiply(wid: vec3<u32>, lane: u32) {
  let row = wid.y * 32u;
  let col = wid.x * 8u + lane; // in vec4
  if (together(col) * 4u >= p.N) { return; }
  let first = starts(wid.z);
  let rows0 = own8(row_starts(first.x, row), row_starts(first.x, row + 4u), lane);
  let rows1 = own8(row_starts(first.x, row + 8u), row_starts(first.x, row + 12u), lane);
  let rows2 = own8(row_starts(first.x, row + 16u), row_starts(first.x, row + 20u), lane);
  let rows3 = own8(row_starts(first.x, row + 24u), row_starts(first.x, row + 28u), lane);
  var w0 = col_start(first.y, col);
  var w1 = col_start(first.y, col + 4u);
  var xi = 0u;
  var l0 = mat4x4<f32>(); var r0 = mat4x4<f32>();
  var l1 = mat4x4<f32>(); var r1 = mat4x4<f32>();
  var l2 = mat4x4<f32>(); var r2 = mat4x4<f32>();
  var l3 = mat4x4<f32>(); var r3 = mat4x4<f32>();
  var l4 = mat4x4<f32>(); var r4 = mat4x4<f32>();
  var l5 = mat4x4<f32>(); var r5 = mat4x4<f32>();
  var l6 = mat4x4<f32>(); var r6 = mat4x4<f32>();
  var l7 = mat4x4<f32>(); var r7 = mat4x4<f32>();
  for (var k = 0u; k < p.K / 4u; k++) {
    let l = load_w(w0);
    let r = load_w(w1);
    let a = load8(rows0, xi);
    l0 += l * a.lo; r0 += r * a.lo;
    l1 += l * a.hi; r1 += r * a.hi;
    let b = load8(rows1, xi);
    l2 += l * b.lo; r2 += r * b.lo;
    l3 += l * b.hi; r3 += r * b.hi;
    let c = load8(rows2, xi);
    l4 += l * c.lo; r4 += r * c.lo;
    l5 += l * c.hi; r5 += r * c.hi;
    let d = load8(rows3, xi);
    l6 += l * d.lo; r6 += r * d.lo;
    l7 += l * d.hi; r7 += r * d.hi;
    xi += x_step();
    w0 += w_step();
    w1 += w_step();
  }
  var acc = array<mat4x4<f32>, 16>(l0, l1, l2, l3, l4, l5, l6, l7, r0, r1, r2, r3, r4, r5, r6, r7);
  for (var i = 0u; i < 64u; i++) {
    let c = col + i / 32u * 4u;
    let r = row + i % 32u;
    if (c * 4u < p.N && r < p.M) { finish(first.z + r * p.ldo + c, c, acc[i / 4u][i % 4u]); }
  }
}
