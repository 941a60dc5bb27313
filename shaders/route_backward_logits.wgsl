// dz[t, i] = g[t, i] (d[t, i] - sum over j of g[t, j] d[t, j]), d[t, i] = sum over k of dout[t, i r + k] h[t, k], g = softmax(z).
//
// One invocation owns a token, a workgroup 64. Source: derivative of route.wgsl by its logits.
struct Params { tokens: u32, n: u32, r: u32 }
@group(0) @binding(0) var<storage, read> h: array<f32>;             // (T, r)
@group(0) @binding(1) var<storage, read> z: array<f32>;             // (T, n)
@group(0) @binding(2) var<storage, read> dout: array<f32>;          // (T, n r)
@group(0) @binding(3) var<storage, read_write> dz: array<f32>;      // (T, n)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let t = flat_index(gid, groups);
  if (t >= p.tokens) { return; }
  let first = t * p.n;
  var most = z[first];
  for (var i = 1u; i < p.n; i++) { most = max(most, z[first + i]); }
  var total = 0.0;
  var mean = 0.0;
  for (var i = 0u; i < p.n; i++) {
    let e = exp(z[first + i] - most);
    var d = 0.0;
    for (var k = 0u; k < p.r; k++) { d += dout[(first + i) * p.r + k] * h[t * p.r + k]; }
    dz[first + i] = d;
    total += e;
    mean += e * d;
  }
  mean /= total;
  for (var i = 0u; i < p.n; i++) { dz[first + i] = exp(z[first + i] - most) / total * (dz[first + i] - mean); }
}
