// out = W + alpha * B Â, as randlora_merge.vec4.wgsl, with 32 rows x 4 columns an invocation.
//
// A workgroup of 8 owns 32 x 32, and z is the layer: what is formed of Â serves four times as many rows. For adapters that have
// room for 32 sums and pay for loads, which are those without a graphics card. Source: lib/randlora_merge.wgsl.
@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = wid.y * 32u;
  let x = wid.x * 8u + lane;
  if (together(x) >= p.d) { return; }
  let col = min(x, p.d - 1u); // in vec4
  let mine0 = own(row_starts(row), lane);
  let mine1 = own(row_starts(row + 4u), lane);
  let mine2 = own(row_starts(row + 8u), lane);
  let mine3 = own(row_starts(row + 12u), lane);
  let mine4 = own(row_starts(row + 16u), lane);
  let mine5 = own(row_starts(row + 20u), lane);
  let mine6 = own(row_starts(row + 24u), lane);
  let mine7 = own(row_starts(row + 28u), lane);
  var sum0 = mat4x4<f32>();
  var sum1 = mat4x4<f32>();
  var sum2 = mat4x4<f32>();
  var sum3 = mat4x4<f32>();
  var sum4 = mat4x4<f32>();
  var sum5 = mat4x4<f32>();
  var sum6 = mat4x4<f32>();
  var sum7 = mat4x4<f32>();
  var q = 0u; // in vec4
  for (var s = 0u; s < slow_count(); s++) {
    let by = slow_row(s, wid.z, col);
    for (var f = 0u; f < quick_count(); f += 4u) {
      let l = lambdas(s, f, wid.z);
      let a = rows_of_a(by, f, wid.z, col, l);
      sum0 += a * rows_of_b(mine0, q, l);
      sum1 += a * rows_of_b(mine1, q, l);
      sum2 += a * rows_of_b(mine2, q, l);
      sum3 += a * rows_of_b(mine3, q, l);
      sum4 += a * rows_of_b(mine4, q, l);
      sum5 += a * rows_of_b(mine5, q, l);
      sum6 += a * rows_of_b(mine6, q, l);
      sum7 += a * rows_of_b(mine7, q, l);
      q++;
    }
  }
  if (x >= p.d) { return; }
  store8(row, col, wid.z, sum0, sum1);
  store8(row + 8u, col, wid.z, sum2, sum3);
  store8(row + 16u, col, wid.z, sum4, sum5);
  store8(row + 24u, col, wid.z, sum6, sum7);
}
