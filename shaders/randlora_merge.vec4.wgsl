// out = W + alpha * B Â for G layers, with Â[q, :] = lambda[k, j] A[k, :] gamma[j, :] formed while loading: RandLoRA's
// weight W', for sizes divisible by four. TRANSPOSED (in > out): out = W + alpha * (B Â)^T.
//
// One invocation owns 8 rows x 4 columns of B Â in registers, as in matmul.vec4.wgsl; a workgroup of 8 x 8 owns 64 x 32, and z
// is the layer. Source: lib/randlora_merge.wgsl.
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = p.first + gid.y * 8u;
  if (row >= p.D || together(gid.x) >= p.d) { return; }
  let col = min(gid.x, p.d - 1u); // in vec4
  let rows = own8(row_starts(row), row_starts(row + 4u), lane);
  var lo = mat4x4<f32>();
  var hi = mat4x4<f32>();
  var q = 0u; // in vec4
  let fours = quick_count() / 4u;
  for (var s = 0u; s < slow_count(); s++) {
    let by = slow_row(s, gid.z, col);
    let quick = quick_rows(s, gid.z, col);
    var at = quick.at;
    for (var f = 0u; f < fours; f++) {
      let a = rows_of_a(by, at, quick.stride, lambdas(quick, f));
      let b = load8(rows, q);
      lo += a * b.lo;
      hi += a * b.hi;
      q++;
      at += 4u * quick.stride;
    }
  }
  if (gid.x < p.d) { store8(row, col, gid.z, lo, hi); }
}
