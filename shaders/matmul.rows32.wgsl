// out = act(alpha * op(x) op(weight) + bias) + residual, as matmul.vec4.wgsl, with 32 rows x 8 columns an invocation.
//
// A workgroup of 4 owns 32 x 32; an invocation's two quads of columns lie 16 apart. As matmul.rows16.wgsl, for adapters
// where a load costs even more. K is a multiple of four. Source: lib/product.wgsl; tile from a sweep (bench sweep).
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  multiply(wid, lane);
  write_tile_stats(p.first + wid.y * 32u, 32u, wid.x, 1u, lane, 4u);
}

fn multiply(wid: vec3<u32>, lane: u32) {
  let row = p.first + wid.y * 32u;
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
  var acc = array<vec4<f32>, 64>(
    l0[0], l0[1], l0[2], l0[3], l1[0], l1[1], l1[2], l1[3],
    l2[0], l2[1], l2[2], l2[3], l3[0], l3[1], l3[2], l3[3],
    l4[0], l4[1], l4[2], l4[3], l5[0], l5[1], l5[2], l5[3],
    l6[0], l6[1], l6[2], l6[3], l7[0], l7[1], l7[2], l7[3],
    r0[0], r0[1], r0[2], r0[3], r1[0], r1[1], r1[2], r1[3],
    r2[0], r2[1], r2[2], r2[3], r3[0], r3[1], r3[2], r3[3],
    r4[0], r4[1], r4[2], r4[3], r5[0], r5[1], r5[2], r5[3],
    r6[0], r6[1], r6[2], r6[3], r7[0], r7[1], r7[2], r7[3],
  );
  for (var i = 0u; i < 64u; i++) {
    let c = col + i / 32u * 4u;
    let r = row + i % 32u;
    if (c * 4u < p.N && r < p.M) { finish(first.z + r * p.ldo + c, c, acc[i]); }
  }
}
