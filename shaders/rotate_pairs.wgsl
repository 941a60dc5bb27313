// out_j = c_j x_j - s_j x_k and out_k = c_k x_k + s_k x_j for pairs of rows or columns j, k = j + group / 2 within each group; BACK:
// the same with the matrix of each pair transposed, from the gradient of out to that of x.
//
// One invocation owns one value, a workgroup 64. Source: RoAd (arXiv 2409.00119), eq. 5; peft/tuners/road/layer.py.
override BACK: bool = false;
struct Params { count: u32, width: u32, inner: u32, group: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (..., width, inner)
@group(0) @binding(1) var<storage, read> c: array<f32>;            // (width)
@group(0) @binding(2) var<storage, read> s: array<f32>;            // (width)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // as x
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let middle = p.group / 2u;
  let o = i / p.inner % p.width;
  let second = o % p.group >= middle;
  let other = x[select(i + middle * p.inner, i - middle * p.inner, second)];
  if (BACK) {
    out[i] = c[o] * x[i] + select(s[o + middle], -s[o - middle], second) * other;
  } else {
    out[i] = c[o] * x[i] + select(-s[o], s[o], second) * other;
  }
}
