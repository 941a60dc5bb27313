// out = act(alpha * op(x) op(weight) + bias) + residual, as matmul.vec4.wgsl, with 16 rows x 4 columns an invocation.
//
// A workgroup of 8 owns 16 x 32: for adapters that run on processors, where loads are what costs, whole workgroups run on one
// core, and registers spill into its cache. K is a multiple of four. Source: lib/product.wgsl; tile from a sweep (bench sweep).
@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  multiply(wid, lane);
  write_tile_stats(p.first + wid.y * 16u, 16u, wid.x, 1u, lane, 8u);
}

fn multiply(wid: vec3<u32>, lane: u32) {
  let row = p.first + wid.y * 16u;
  let col = wid.x * 8u + lane; // in vec4
  if (together(col) * 4u >= p.N) { return; }
  let first = starts(wid.z);
  let rows0 = own8(row_starts(first.x, row), row_starts(first.x, row + 4u), lane);
  let rows1 = own8(row_starts(first.x, row + 8u), row_starts(first.x, row + 12u), lane);
  var wi = col_start(first.y, col);
  var xi = 0u;
  var acc0 = mat4x4<f32>();
  var acc1 = mat4x4<f32>();
  var acc2 = mat4x4<f32>();
  var acc3 = mat4x4<f32>();
  for (var k = 0u; k < p.K / 4u; k++) {
    let b = load_w(wi);
    let a = load8(rows0, xi);
    acc0 += b * a.lo;
    acc1 += b * a.hi;
    let c = load8(rows1, xi);
    acc2 += b * c.lo;
    acc3 += b * c.hi;
    xi += x_step();
    wi += w_step();
  }
  if (col * 4u >= p.N) { return; }
  var acc = array<vec4<f32>, 16>(
    acc0[0], acc0[1], acc0[2], acc0[3], acc1[0], acc1[1], acc1[2], acc1[3],
    acc2[0], acc2[1], acc2[2], acc2[3], acc3[0], acc3[1], acc3[2], acc3[3],
  );
  for (var i = 0u; i < min(16u, p.M - row); i++) { finish(first.z + (row + i) * p.ldo + col, col, acc[i]); }
}
