// out[g, i, j] = sum over k of x[g, i, k] x[g, j, k] - (i == j): how far the rows of x, or its columns, are from orthonormal.
//
// One workgroup of 64 owns one value. Source: the regulariser of AdaLoRA (arXiv 2303.10512), eq. 4.
struct Params { values: u32, r: u32, n: u32, apart: u32, next: u32 }    // elements from one vector to the next, and within one
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (G, r, n), or (G, n, r) where columns are meant
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (G, r, r)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let w = wid.x + wid.y * groups.x;
  let at = min(w, p.values - 1u);
  let first = at / (p.r * p.r) * p.r * p.n;
  let i = at / p.r % p.r;
  let j = at % p.r;
  var s = 0.0;
  for (var k = lane; k < p.n; k += 64u) { s += x[first + i * p.apart + k * p.next] * x[first + j * p.apart + k * p.next]; }
  let total = reduce_sum(s, lane);
  if (lane == 0u && w < p.values) { out[w] = total - select(0.0, 1.0, i == j); }
}
