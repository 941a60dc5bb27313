// out = x * (y + plus), element by element: an update that goes with each weight, and its gradients.
//
// One invocation owns one element, a workgroup 64. Source: elementary.
struct Params { count: u32, plus: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  out[i] = x[i] * (y[i] + p.plus);
}
