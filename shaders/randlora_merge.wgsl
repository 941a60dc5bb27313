// out = W + alpha * B Â for G layers, with Â[q, :] = lambda[k, j] A[k, :] gamma[j, :] formed while loading: RandLoRA's
// weight W', for any sizes. TRANSPOSED (in > out): out = W + alpha * (B Â)^T.
//
// q = k * n + j as PEFT pairs them, or j * r + k (PAPER). One invocation owns 4 x 4 of B Â, a workgroup of 8 x 8 owns
// 32 x 32 from row `first` on (ops/cut.ts), and z is the layer. The fast twin for sizes divisible by four is randlora_merge.vec4.wgsl.
// Source: peft/tuners/randlora/layer.py get_scaled_bases; arXiv 2502.00987, eq. 4.
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let row = p.first + gid.y * 4u;
  let col = gid.x * 4u;
  if (row >= p.D || col >= p.d) { return; }
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  let m = min(row + four, vec4<u32>(p.D - 1u)) * p.ldB;
  let c = min(col + four, vec4<u32>(p.d - 1u));
  let g_at = gid.z * p.n * p.d + c;
  let l_at = gid.z * p.r * p.n;
  var acc0 = vec4<f32>();
  var acc1 = vec4<f32>();
  var acc2 = vec4<f32>();
  var acc3 = vec4<f32>();
  for (var k = 0u; k < p.r; k++) {
    let at = k * p.ldA + c;
    let a = vec4<f32>(load_a(at.x), load_a(at.y), load_a(at.z), load_a(at.w));
    for (var j = 0u; j < p.n; j++) {
      let g = g_at + j * p.d;
      let b = lambda[l_at + k * p.n + j] * a * vec4<f32>(gamma[g.x], gamma[g.y], gamma[g.z], gamma[g.w]);
      let q = select(k * p.n + j, j * p.r + k, PAPER);
      acc0 += load_code(m.x + q) * b;
      acc1 += load_code(m.y + q) * b;
      acc2 += load_code(m.z + q) * b;
      acc3 += load_code(m.w + q) * b;
    }
  }
  store(row, col, gid.z, acc0);
  store(row + 1u, col, gid.z, acc1);
  store(row + 2u, col, gid.z, acc2);
  store(row + 3u, col, gid.z, acc3);
}
