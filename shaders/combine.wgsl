// out[r, c] = sum over k of w[k] * bases[k, r, c]: NoLA's factors as combinations of random matrices.
//
// One invocation owns one value and adds the bases in order, a workgroup 64. A basis may be larger than what is taken
// from it: bases lie `stride` apart, their rows `ld` apart. Source: NoLA (arXiv 2310.02556), eq. 2.
struct Params { count: u32, cols: u32, n: u32, first: u32, stride: u32, ld: u32 }
@group(0) @binding(0) var<storage, read> bases: array<f32>;        // (n, >= rows, >= cols)
@group(0) @binding(1) var<storage, read> w: array<f32>;            // coefficients; first .. first + n - 1 are used
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (rows, cols)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let at = (i / p.cols) * p.ld + i % p.cols;
  var s = 0.0;
  for (var k = 0u; k < p.n; k++) { s += w[p.first + k] * bases[k * p.stride + at]; }
  out[i] = s;
}
