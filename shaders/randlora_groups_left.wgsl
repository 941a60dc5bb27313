// out[m, g * r + k] = mean over j in group g of B[m, j, k] * lambda[k, j]: bases averaged before multiplying.
//
// Groups are `size` neighbouring bases: all of them for RandLoRA-a (rank r), two for RandLoRA-b (half the rank).
// One invocation owns one value, a workgroup 64. Source: arXiv 2502.00987, table 2 (described in words there).
struct Params { rows: u32, r: u32, n: u32, groups: u32, size: u32, ldB: u32 }
@group(0) @binding(0) var<storage, read> B: array<f32>;            // (>= rows, N, r), rows ldB apart
@group(0) @binding(1) var<storage, read> lambda: array<f32>;       // (r, n)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (rows, groups * r)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.rows * p.groups * p.r) { return; }
  let k = i % p.r;
  let g = (i / p.r) % p.groups;
  let m = i / p.r / p.groups;
  let last = min(p.n, (g + 1u) * p.size);
  var s = 0.0;
  for (var j = g * p.size; j < last; j++) { s += B[m * p.ldB + j * p.r + k] * lambda[k * p.n + j]; }
  out[i] = s / f32(last - g * p.size);
}
