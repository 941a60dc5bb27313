// out = W + alpha * B Â, as randlora_merge.vec4.wgsl, with 32 rows x 8 columns an invocation.
//
// A workgroup of 4 owns 32 x 32, and z is the layer; an invocation's two quads of columns lie 16 apart. For adapters that run on
// processors four lanes wide, as matmul.rows32.wgsl is. Source: lib/randlora_merge.wgsl.
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = p.first + wid.y * 32u;
  let x = wid.x * 8u + lane;
  if (together(x) >= p.d) { return; }
  let left = min(x, p.d - 1u); // in vec4
  let right = min(x + 4u, p.d - 1u);
  let rows0 = own8(row_starts(row), row_starts(row + 4u), lane);
  let rows1 = own8(row_starts(row + 8u), row_starts(row + 12u), lane);
  let rows2 = own8(row_starts(row + 16u), row_starts(row + 20u), lane);
  let rows3 = own8(row_starts(row + 24u), row_starts(row + 28u), lane);
  var l0 = mat4x4<f32>(); var r0 = mat4x4<f32>();
  var l1 = mat4x4<f32>(); var r1 = mat4x4<f32>();
  var l2 = mat4x4<f32>(); var r2 = mat4x4<f32>();
  var l3 = mat4x4<f32>(); var r3 = mat4x4<f32>();
  var l4 = mat4x4<f32>(); var r4 = mat4x4<f32>();
  var l5 = mat4x4<f32>(); var r5 = mat4x4<f32>();
  var l6 = mat4x4<f32>(); var r6 = mat4x4<f32>();
  var l7 = mat4x4<f32>(); var r7 = mat4x4<f32>();
  var q = 0u; // in vec4
  let fours = quick_count() / 4u;
  for (var s = 0u; s < slow_count(); s++) {
    let by_left = slow_row(s, wid.z, left);
    let by_right = slow_row(s, wid.z, right);
    let quick = quick_rows(s, wid.z, left);
    var at = quick.at;
    for (var f = 0u; f < fours; f++) {
      let lambda = lambdas(quick, f);
      let l = rows_of_a(by_left, at, quick.stride, lambda);
      let r = rows_of_a(by_right, at + right - left, quick.stride, lambda);
      let a = load8(rows0, q);
      l0 += l * a.lo; r0 += r * a.lo;
      l1 += l * a.hi; r1 += r * a.hi;
      let b = load8(rows1, q);
      l2 += l * b.lo; r2 += r * b.lo;
      l3 += l * b.hi; r3 += r * b.hi;
      let c = load8(rows2, q);
      l4 += l * c.lo; r4 += r * c.lo;
      l5 += l * c.hi; r5 += r * c.hi;
      let d = load8(rows3, q);
      l6 += l * d.lo; r6 += r * d.lo;
      l7 += l * d.hi; r7 += r * d.hi;
      q++;
      at += 4u * quick.stride;
    }
  }
  if (x >= p.d) { return; }
  store8(row, left, wid.z, l0, l1);
  store8(row + 8u, left, wid.z, l2, l3);
  store8(row + 16u, left, wid.z, l4, l5);
  store8(row + 24u, left, wid.z, l6, l7);
  if (x + 4u >= p.d) { return; }
  store8(row, right, wid.z, r0, r1);
  store8(row + 8u, right, wid.z, r2, r3);
  store8(row + 16u, right, wid.z, r4, r5);
  store8(row + 24u, right, wid.z, r6, r7);
}
