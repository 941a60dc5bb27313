// out[g, row(k, j), c] = lambda[g, k, j] * A[k, c] * gamma[g, j, c]: the stacked rows Lambda_j A Gamma_j of RandLoRA, of G layers.
//
// row(k, j) = k * n + j is PEFT's order (it meets column j * r + k of the flattened B crosswise); the paper's own
// pairing, sum over j of B_j Lambda_j A Gamma_j (arXiv 2502.00987, eq. 4), has row(k, j) = j * r + k (PAPER).
// One invocation owns one value, a workgroup 64. Source: peft/tuners/randlora/layer.py UniqueBaseGrad, get_scaled_bases.
override PAPER: bool = false;
struct Params { layers: u32, r: u32, n: u32, d: u32, ldA: u32, ld: u32, stack: u32 }
@group(0) @binding(0) var<storage, read> A: array<a1>;             // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> lambda: array<f32>;       // (G, r, n)
@group(0) @binding(2) var<storage, read> gamma: array<f32>;        // (G, n, d)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // (G, n * r, d), rows ld apart, layers stack apart
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.layers * p.n * p.r * p.d) { return; }
  let c = i % p.d;
  let row = (i / p.d) % (p.n * p.r);
  let g = i / p.d / (p.n * p.r);
  let k = select(row / p.n, row % p.r, PAPER);
  let j = select(row % p.n, row / p.r, PAPER);
  out[g * p.stack + row * p.ld + c] = lambda[(g * p.r + k) * p.n + j] * load_a(k * p.ldA + c) * gamma[(g * p.n + j) * p.d + c];
}
