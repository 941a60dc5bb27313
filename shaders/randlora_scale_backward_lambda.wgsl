// dlambda[k, j] (+)= sum over c of dout[row(k, j), c] * A[k, c] * gamma[j, c].
//
// One workgroup of 64 owns one (k, j). Source: peft/tuners/randlora/layer.py UniqueBaseGrad.backward.
override PAPER: bool = false;
struct Params { r: u32, n: u32, d: u32, ldA: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;                // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> gamma: array<f32>;            // (n, d)
@group(0) @binding(2) var<storage, read> dout: array<f32>;             // (n * r, d)
@group(0) @binding(3) var<storage, read_write> dlambda: array<f32>;    // (r, n)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let k = wid.x / p.n;
  let j = wid.x % p.n;
  let row = select(k * p.n + j, j * p.r + k, PAPER);
  var s = 0.0;
  for (var c = lane; c < p.d; c += 64u) { s += dout[row * p.d + c] * A[k * p.ldA + c] * gamma[j * p.d + c]; }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { dlambda[wid.x] = total + select(0.0, dlambda[wid.x], keeps(p.accumulate)); }
}
