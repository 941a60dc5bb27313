// out[g * r + k, c] = A[k, c] * sum over j in group g of gamma[j, c].
//
// One invocation owns one value, a workgroup 64. Source: arXiv 2502.00987, table 2 (RandLoRA-a, RandLoRA-b).
struct Params { r: u32, n: u32, d: u32, ldA: u32, groups: u32, size: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;            // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> gamma: array<f32>;        // (n, d)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (groups * r, d)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.groups * p.r * p.d) { return; }
  let c = i % p.d;
  let k = (i / p.d) % p.r;
  let g = i / p.d / p.r;
  var s = 0.0;
  for (var j = g * p.size; j < min(p.n, (g + 1u) * p.size); j++) { s += gamma[j * p.d + c]; }
  out[i] = A[k * p.ldA + c] * s;
}
