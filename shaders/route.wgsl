// out[t, i r + k] = softmax(z[t])[i] * h[t, k]: each token's features, once for every head, by the share that a router gives it.
//
// One invocation owns one value, a workgroup 64. Source: HydraLoRA (arXiv 2404.19245), Clin0212/HydraLoRA.
struct Params { count: u32, n: u32, r: u32 }
@group(0) @binding(0) var<storage, read> h: array<f32>;             // (T, r)
@group(0) @binding(1) var<storage, read> z: array<f32>;             // (T, n)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;     // (T, n r)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let t = at / (p.n * p.r);
  let c = at % (p.n * p.r);
  let first = t * p.n;
  var most = z[first];
  for (var j = 1u; j < p.n; j++) { most = max(most, z[first + j]); }
  var total = 0.0;
  for (var j = 0u; j < p.n; j++) { total += exp(z[first + j] - most); }
  out[at] = exp(z[first + c / p.r] - most) / total * h[t * p.r + c % p.r];
}
