// dlambda[k, j] (+)= sum over c of dout[row(k, j), c] * A[k, c] * gamma[j, c].
//
// A workgroup of 64 owns 8 pairs (k, j), 8 invocations a pair, which read neighbouring columns; one barrier.
// Source: peft/tuners/randlora/layer.py UniqueBaseGrad.backward.
override PAPER: bool = false;
struct Params { r: u32, n: u32, d: u32, ldA: u32, accumulate: u32 } // d and ldA in lanes
@group(0) @binding(0) var<storage, read> A: array<lanes>;              // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> gamma: array<lanes>;          // (n, d)
@group(0) @binding(2) var<storage, read> dout: array<lanes>;           // (n * r, d)
@group(0) @binding(3) var<storage, read_write> dlambda: array<f32>;    // (r, n)
@group(0) @binding(4) var<uniform> p: Params;

var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let pair = (wid.x + wid.y * groups.x) * 8u + lane / 8u;
  let inside = pair < p.r * p.n;
  let first = lane & 56u; // of the pair's eight invocations
  let k = select(0u, pair / p.n, inside);
  let j = pair % p.n;
  let row = select(k * p.n + j, j * p.r + k, PAPER);
  var s = lanes();
  for (var c = lane - first; c < p.d; c += 8u) { s += dout[row * p.d + c] * A[k * p.ldA + c] * gamma[j * p.d + c]; }
  sums[lane] = sum_lanes(s);
  workgroupBarrier();
  if (!inside || lane != first) { return; }
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) { total += sums[first + i]; }
  dlambda[pair] = total + select(0.0, dlambda[pair], keeps(p.accumulate));
}
