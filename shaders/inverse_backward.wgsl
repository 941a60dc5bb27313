// dx = factor * d, of which only the upper triangle with half the diagonal where UPPER.
//
// One invocation owns one value, a workgroup 64. Source: derivative of inverse.wgsl, d = Y^T dY Y^T with Y the inverse.
override UPPER: bool = false;
struct Params { count: u32, size: u32, factor: f32 }
@group(0) @binding(0) var<storage, read> d: array<f32>;           // (..., size, size)
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;    // as d
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let i = at / p.size % p.size;
  let j = at % p.size;
  var v = p.factor * d[at];
  if (UPPER) { v *= select(select(0.0, 1.0, j > i), 0.5, i == j); }
  dx[at] = v;
}
