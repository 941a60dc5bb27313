// dgamma[j, c] (+)= sum over k of lambda[k, j] t[q, c], dlambda[k, j] (+)= sum over c of t[q, c] gamma[j, c], with
// t[q, c] = alpha * A[k, c] * (L^T R)[q, c] and q = k * n + j as PEFT pairs them, or j * r + k (PAPER), for G layers: the
// gradients of RandLoRA's tensors, for any sizes. Merged: L = B and R = dW'. Streamed: L = du, R = x.
//
// One invocation owns 4 bases j x 4 columns c and goes through the k of its part; the sum over columns goes through
// workgroup memory (1 KB) and leaves one partial sum a tile. A workgroup of 8 x 8 owns 32 bases x 32 columns; z is
// layer * parts + part, less `first` (ops/cut.ts). The fast twin for sizes divisible by four is randlora_reduce.vec4.wgsl.
// Source: peft/tuners/randlora/layer.py UniqueBaseGrad.backward.
var<workgroup> sums: array<vec4<f32>, 64>;

@compute @workgroup_size(8, 8)
fn main(
  @builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_id) lid: vec3<u32>, @builtin(local_invocation_index) lane: u32,
) {
  let z = p.first + wid.z;
  let layer = z / p.parts;
  let part = z % p.parts;
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  let columns = (wid.x * 8u + lid.x) * 4u + four;
  let bases = (wid.y * 8u + lid.y) * 4u + four;
  // Beyond the edges the last one is computed again and does not count.
  let c = min(columns, vec4<u32>(p.d - 1u));
  let j = min(bases, vec4<u32>(p.n - 1u));
  let here = select(vec4<f32>(), vec4<f32>(1.0), columns < vec4<u32>(p.d));
  var sum = mat4x4<f32>();
  for (var k = part * p.each; k < min((part + 1u) * p.each, p.r); k++) {
    let q = layer * p.stackL + select(k * p.n + j, j * p.r + k, vec4<bool>(PAPER));
    var acc0 = vec4<f32>();
    var acc1 = vec4<f32>();
    var acc2 = vec4<f32>();
    var acc3 = vec4<f32>();
    for (var m = 0u; m < p.K; m++) {
      let at = layer * p.stackR + m * p.rowR + c * p.colR;
      let b = vec4<f32>(right[at.x], right[at.y], right[at.z], right[at.w]);
      let row = m * p.ldL;
      acc0 += load_code(q.x + row) * b;
      acc1 += load_code(q.y + row) * b;
      acc2 += load_code(q.z + row) * b;
      acc3 += load_code(q.w + row) * b;
    }
    let at = k * p.ldA + c;
    let a = p.alpha * weight_scale() * here * vec4<f32>(load_a(at.x), load_a(at.y), load_a(at.z), load_a(at.w));
    let t = mat4x4<f32>(a * acc0, a * acc1, a * acc2, a * acc3);
    let l = (layer * p.r + k) * p.n + j;
    sum += mat4x4<f32>(lambda[l.x] * t[0], lambda[l.y] * t[1], lambda[l.z] * t[2], lambda[l.w] * t[3]);
    let g = layer * p.n + j;
    sums[lane] = vec4<f32>(dot(t[0], gamma4(g.x, c)), dot(t[1], gamma4(g.y, c)), dot(t[2], gamma4(g.z, c)), dot(t[3], gamma4(g.w, c)));
    workgroupBarrier();
    // The first of a row's eight invocations finishes it.
    if (lid.x == 0u) {
      var total = vec4<f32>();
      for (var i = 0u; i < 8u; i++) { total += sums[lane + i]; }
      for (var i = 0u; i < 4u; i++) {
        if (bases[i] < p.n) { dlambda[((wid.x * p.layers + layer) * p.r + k) * p.n + bases[i]] = total[i]; }
      }
    }
    workgroupBarrier();
  }
  var rows = array<vec4<f32>, 4>(sum[0], sum[1], sum[2], sum[3]);
  for (var i = 0u; i < 4u; i++) {
    for (var e = 0u; e < 4u; e++) {
      if (bases[i] >= p.n || columns[e] >= p.d) { continue; }
      let at = ((part * p.layers + layer) * p.n + bases[i]) * p.d + columns[e];
      var v = rows[i][e];
      if (keeps(p.accumulate)) { v += dgamma[at]; }
      dgamma[at] = v;
    }
  }
}
