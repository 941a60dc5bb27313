// dgamma[j, c] (+)= sum over k of dout[j r + k, c] lambda[k, j] A[k, j, c].
//
// One invocation owns one value, a workgroup 64. Source: derivative of randlora_rows.wgsl.
struct Params { count: u32, r: u32, n: u32, d: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;              // (r, n, d)
@group(0) @binding(1) var<storage, read> lambda: array<f32>;         // (r, n)
@group(0) @binding(2) var<storage, read> dout: array<f32>;           // (n r, d)
@group(0) @binding(3) var<storage, read_write> dgamma: array<f32>;   // (n, d)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let j = i / p.d;
  let c = i % p.d;
  var s = 0.0;
  for (var k = 0u; k < p.r; k++) {
    let own = k * p.n + j;
    s += dout[(j * p.r + k) * p.d + c] * lambda[own] * A[own * p.d + c];
  }
  if (keeps(p.accumulate)) { s += dgamma[i]; }
  dgamma[i] = s;
}
