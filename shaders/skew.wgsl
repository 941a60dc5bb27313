// out = U - U^T of each block, U a strict upper triangle that x holds row by row (TRIANGLE), or (x - x^T) / 2 of whole matrices; scaled to the
// norm `bound` where it is above it (BOUND).
//
// One invocation owns one value, a workgroup 64. Source: OFT (arXiv 2306.07280), COFT there; BOFT (arXiv 2311.06243);
// peft/tuners/oft/layer.py, peft/tuners/boft/layer.py.
override TRIANGLE: bool = true;
override BOUND: bool = false;
struct Params { count: u32, size: u32, bound: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;           // (blocks, size (size - 1) / 2), or (blocks, size, size)
@group(0) @binding(1) var<storage, read> inverse: array<f32>;     // (blocks): 1 / the norm of each block of x
@group(0) @binding(2) var<storage, read_write> out: array<f32>;   // (blocks, size, size)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let n = p.size;
  let block = at / (n * n);
  let i = at / n % n;
  let j = at % n;
  var v = 0.0;
  if (TRIANGLE) {
    let a = min(i, j);
    let b = max(i, j);
    if (a < b) { v = x[block * (n * (n - 1u) / 2u) + a * (2u * n - a - 1u) / 2u + b - a - 1u]; }
    if (i > j) { v = -v; }
  } else {
    v = 0.5 * (x[at] - x[block * n * n + j * n + i]);
  }
  if (BOUND) { v *= min(1.0, p.bound * inverse[block]); }
  out[at] = v;
}
