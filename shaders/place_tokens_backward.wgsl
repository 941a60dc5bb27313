// dtokens[g, m] (+)= sum over the rows n of group g and their t with at[k, t] == m + 1 of dout[n, t].
//
// One invocation owns one value and adds the rows in order, a workgroup 64. Source: derivative of place_tokens.wgsl.
struct Params { count: u32, K: u32, T: u32, width: u32, M: u32, G: u32, N: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;             // (N, T, width)
@group(0) @binding(1) var<storage, read> at: array<u32>;               // (K, T)
@group(0) @binding(2) var<storage, read_write> dtokens: array<f32>;    // (G, M, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let c = i % p.width;
  let m = (i / p.width) % p.M;
  let rows = p.N / p.G;
  let first = (i / p.width / p.M) * rows;
  var s = 0.0;
  for (var n = first; n < first + rows; n++) {
    for (var t = 0u; t < p.T; t++) {
      if (min(at[(n % p.K) * p.T + t], p.M) == m + 1u) { s += dout[(n * p.T + t) * p.width + c]; }
    }
  }
  if (keeps(p.accumulate)) { s += dtokens[i]; }
  dtokens[i] = s;
}
