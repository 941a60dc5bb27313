// dlambda[k, j] (+)= sum over c of dout[j r + k, c] A[k, j, c] gamma[j, c].
//
// One workgroup of 64 owns a value. Source: derivative of randlora_rows.wgsl.
struct Params { r: u32, n: u32, d: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;              // (r, n, d)
@group(0) @binding(1) var<storage, read> gamma: array<f32>;          // (n, d)
@group(0) @binding(2) var<storage, read> dout: array<f32>;           // (n r, d)
@group(0) @binding(3) var<storage, read_write> dlambda: array<f32>;  // (r, n)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let j = wid.x;
  let own = wid.y * p.n + j;
  var s = 0.0;
  for (var c = lane; c < p.d; c += 64u) { s += dout[(j * p.r + wid.y) * p.d + c] * A[own * p.d + c] * gamma[j * p.d + c]; }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { dlambda[own] = total + select(0.0, dlambda[own], keeps(p.accumulate)); }
}
