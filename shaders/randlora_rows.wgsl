// out[j r + k, c] = lambda[k, j] A[k, j, c] gamma[j, c]: the right factor of RandLoRA's update where every base has rows of its own.
//
// One invocation owns one value, a workgroup 64. Source: arXiv 2502.00987, eq. 4, with bases as in its section 6.6.
struct Params { count: u32, r: u32, n: u32, d: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;             // (r, n, d)
@group(0) @binding(1) var<storage, read> lambda: array<f32>;        // (r, n)
@group(0) @binding(2) var<storage, read> gamma: array<f32>;         // (n, d)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;     // (n r, d)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let q = i / p.d;
  let c = i % p.d;
  let j = q / p.r;
  let own = q % p.r * p.n + j;
  out[i] = lambda[own] * A[own * p.d + c] * gamma[j * p.d + c];
}
