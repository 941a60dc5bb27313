// dq = sum over k of G_k P_(k+1)^T of each block, in order.
//
// One invocation owns one value, a workgroup 64. Source: derivative of cayley_series.wgsl by Q, whose steps these are.
struct Params { count: u32, size: u32, degree: u32 }
@group(0) @binding(0) var<storage, read> grads: array<f32>;       // (degree, blocks, size, size): G_0 ... G_(d-1)
@group(0) @binding(1) var<storage, read> steps: array<f32>;       // as grads: P_1 ... P_d
@group(0) @binding(2) var<storage, read_write> dq: array<f32>;    // (blocks, size, size)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let n = p.size;
  let row = at / n * n;
  let other = at / (n * n) * n * n + at % n * n;
  var s = 0.0;
  for (var k = 0u; k < p.degree; k++) {
    for (var m = 0u; m < n; m++) { s += grads[k * p.count + row + m] * steps[k * p.count + other + m]; }
  }
  dq[at] = s;
}
