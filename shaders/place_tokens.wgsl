// out[n, t] = at[k, t] == 0 ? x[k, t] : tokens[g, at[k, t] - 1], with k = n % K and g = n * G / N: trained vectors where a row has a
// place for one. One group of them for all rows (G = 1), one for each row (G = N = K), or every row with every group (N = G * K).
//
// One invocation owns one value, a workgroup 64. Source: Zhou et al., CoOp (arXiv 2109.01134) and CoCoOp (arXiv 2203.05557).
struct Params { count: u32, K: u32, T: u32, width: u32, M: u32, G: u32, N: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (K, T, width)
@group(0) @binding(1) var<storage, read> tokens: array<f32>;       // (G, M, width)
@group(0) @binding(2) var<storage, read> at: array<u32>;           // (K, T)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // (N, T, width)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let c = i % p.width;
  let t = (i / p.width) % p.T;
  let n = i / p.width / p.T;
  let token = (n % p.K) * p.T + t;
  let place = min(at[token], p.M);
  if (place == 0u) {
    out[i] = x[token * p.width + c];
  } else {
    out[i] = tokens[((n * p.G / p.N) * p.M + place - 1u) * p.width + c];
  }
}
