// dgamma[j, c] (+)= sum over k of dout[g(j) * r + k, c] * A[k, c].
//
// One invocation owns one (j, c), a workgroup 64. Source: derivative of randlora_groups_right.wgsl.
struct Params { r: u32, n: u32, d: u32, ldA: u32, size: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;               // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> dout: array<f32>;            // (groups * r, d)
@group(0) @binding(2) var<storage, read_write> dgamma: array<f32>;    // (n, d)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.n * p.d) { return; }
  let c = i % p.d;
  let g = i / p.d / p.size;
  var s = 0.0;
  for (var k = 0u; k < p.r; k++) { s += dout[(g * p.r + k) * p.d + c] * A[k * p.ldA + c]; }
  if (keeps(p.accumulate)) { s += dgamma[i]; }
  dgamma[i] = s;
}
