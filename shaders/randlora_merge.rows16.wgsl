// out = W + alpha * B Â, as randlora_merge.vec4.wgsl, with 16 rows x 4 columns an invocation.
//
// A workgroup of 8 owns 16 x 32, and z is the layer. For adapters that run on processors eight lanes wide, as matmul.rows16.wgsl
// is. Source: lib/randlora_merge.wgsl; a third faster than 32 rows by fours of neighbours on llvmpipe.
@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = p.first + wid.y * 16u;
  let x = wid.x * 8u + lane;
  if (together(x) >= p.d) { return; }
  let col = min(x, p.d - 1u); // in vec4
  let rows0 = own8(row_starts(row), row_starts(row + 4u), lane);
  let rows1 = own8(row_starts(row + 8u), row_starts(row + 12u), lane);
  var sum0 = mat4x4<f32>();
  var sum1 = mat4x4<f32>();
  var sum2 = mat4x4<f32>();
  var sum3 = mat4x4<f32>();
  var q = 0u; // in vec4
  let fours = quick_count() / 4u;
  for (var s = 0u; s < slow_count(); s++) {
    let by = slow_row(s, wid.z, col);
    let quick = quick_rows(s, wid.z, col);
    var at = quick.at;
    for (var f = 0u; f < fours; f++) {
      let a = rows_of_a(by, at, quick.stride, lambdas(quick, f));
      let b = load8(rows0, q);
      sum0 += a * b.lo;
      sum1 += a * b.hi;
      let c = load8(rows1, q);
      sum2 += a * c.lo;
      sum3 += a * c.hi;
      q++;
      at += 4u * quick.stride;
    }
  }
  if (x >= p.d) { return; }
  store8(row, col, wid.z, sum0, sum1);
  store8(row + 8u, col, wid.z, sum2, sum3);
}
