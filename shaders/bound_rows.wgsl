// x[r, :] = x[r, :] * min(1, bound / |x[r, :]|), where it lies.
//
// One invocation owns one value, a workgroup 64. Source: COFT (arXiv 2306.07280), _project_batch of peft/tuners/oft/layer.py.
struct Params { count: u32, width: u32, bound: f32 }
@group(0) @binding(0) var<storage, read> inverse: array<f32>;    // (rows): 1 / the norm of each row
@group(0) @binding(1) var<storage, read_write> x: array<f32>;    // (rows, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  x[i] *= min(1.0, p.bound * inverse[i / p.width]);
}
