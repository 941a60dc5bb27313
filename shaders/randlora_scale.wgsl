// out[row(k, j), c] = lambda[k, j] * A[k, c] * gamma[j, c]: the stacked rows Lambda_j A Gamma_j of RandLoRA, (n r, d).
//
// row(k, j) = k * n + j is PEFT's order (it meets column j * r + k of the flattened B crosswise); the paper's own
// pairing, sum over j of B_j Lambda_j A Gamma_j (arXiv 2502.00987, eq. 4), has row(k, j) = j * r + k (PAPER).
// One invocation owns one value, a workgroup 64. Source: peft/tuners/randlora/layer.py UniqueBaseGrad, get_scaled_bases.
override PAPER: bool = false;
struct Params { r: u32, n: u32, d: u32, ldA: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;            // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> lambda: array<f32>;       // (r, n)
@group(0) @binding(2) var<storage, read> gamma: array<f32>;        // (n, d)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // (n * r, d)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.n * p.r * p.d) { return; }
  let row = i / p.d;
  let c = i % p.d;
  var k = row / p.n;
  var j = row % p.n;
  if (PAPER) { k = row % p.r; j = row / p.r; }
  out[i] = lambda[k * p.n + j] * A[k * p.ldA + c] * gamma[j * p.d + c];
}
