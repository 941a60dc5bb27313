// out[first + t] = s(E[t]) + mean over k of s(A[t, k]) + mean over m of s(B[m, t]), s = importance * unsure: how much each of the
// triplets (a row of A, a value of E, a column of B) of some layers matters.
//
// One workgroup of 64 owns one triplet. Source: AdaLoRA (arXiv 2303.10512), eqs. 6 and 11.
struct Params { triplets: u32, first: u32, r: u32, n: u32, m: u32 }
@group(0) @binding(0) var<storage, read> importance_a: array<f32>;    // (G, r, n)
@group(0) @binding(1) var<storage, read> unsure_a: array<f32>;
@group(0) @binding(2) var<storage, read> importance_b: array<f32>;    // (G, m, r)
@group(0) @binding(3) var<storage, read> unsure_b: array<f32>;
@group(0) @binding(4) var<storage, read> importance_e: array<f32>;    // (G, r)
@group(0) @binding(5) var<storage, read> unsure_e: array<f32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;       // of all layers
@group(0) @binding(7) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let w = wid.x + wid.y * groups.x;
  let t = min(w, p.triplets - 1u);
  var a = 0.0;
  for (var k = lane; k < p.n; k += 64u) { a += importance_a[t * p.n + k] * unsure_a[t * p.n + k]; }
  var b = 0.0;
  for (var m = lane; m < p.m; m += 64u) {
    let at = (t / p.r * p.m + m) * p.r + t % p.r;
    b += importance_b[at] * unsure_b[at];
  }
  let rows = reduce_sum(a, lane) / f32(p.n);
  let columns = reduce_sum(b, lane) / f32(p.m);
  if (lane == 0u && w < p.triplets) { out[p.first + w] = importance_e[w] * unsure_e[w] + rows + columns; }
}
