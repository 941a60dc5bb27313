// dgamma[j, c] (+)= sum over k of dout[row(k, j), c] * A[k, c] * lambda[k, j].
//
// One invocation owns one (j, c), a workgroup 64. Source: peft/tuners/randlora/layer.py UniqueBaseGrad.backward.
override PAPER: bool = false;
struct Params { r: u32, n: u32, d: u32, ldA: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;               // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> lambda: array<f32>;          // (r, n)
@group(0) @binding(2) var<storage, read> dout: array<f32>;            // (n * r, d)
@group(0) @binding(3) var<storage, read_write> dgamma: array<f32>;    // (n, d)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.n * p.d) { return; }
  let j = i / p.d;
  let c = i % p.d;
  var s = 0.0;
  for (var k = 0u; k < p.r; k++) {
    let row = select(k * p.n + j, j * p.r + k, PAPER);
    s += dout[row * p.d + c] * A[k * p.ldA + c] * lambda[k * p.n + j];
  }
  if (keeps(p.accumulate)) { s += dgamma[i]; }
  dgamma[i] = s;
}
