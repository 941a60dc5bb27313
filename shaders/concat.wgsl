// out[r] = x[r], y[r]: two matrices side by side.
//
// One invocation owns one value, a workgroup 64. Source: transformers Dinov2ForImageClassification (torch.cat, dim 1).
struct Params { count: u32, wx: u32, wy: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (rows, wx)
@group(0) @binding(1) var<storage, read> y: array<f32>;            // (rows, wy)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (rows, wx + wy)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let r = i / (p.wx + p.wy);
  let c = i % (p.wx + p.wy);
  if (c < p.wx) { out[i] = x[r * p.wx + c]; } else { out[i] = y[r * p.wy + c - p.wx]; }
}
