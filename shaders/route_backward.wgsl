// dh[t, k] = sum over i of g[t, i] dout[t, i r + k], g = softmax(z).
//
// One invocation owns one value, a workgroup 64. Source: derivative of route.wgsl by its features.
struct Params { count: u32, n: u32, r: u32 }
@group(0) @binding(0) var<storage, read> z: array<f32>;             // (T, n)
@group(0) @binding(1) var<storage, read> dout: array<f32>;          // (T, n r)
@group(0) @binding(2) var<storage, read_write> dh: array<f32>;      // (T, r)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let t = at / p.r;
  let first = t * p.n;
  var most = z[first];
  for (var i = 1u; i < p.n; i++) { most = max(most, z[first + i]); }
  var total = 0.0;
  var s = 0.0;
  for (var i = 0u; i < p.n; i++) {
    let e = exp(z[first + i] - most);
    total += e;
    s += e * dout[(first + i) * p.r + at % p.r];
  }
  dh[at] = s / total;
}
