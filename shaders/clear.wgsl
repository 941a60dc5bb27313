// out = 0, or as it is where gradients add up: what kernels add to that write some of its elements.
//
// One invocation owns one value, a workgroup 64. Source: elementary.
struct Params { count: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<f32>;    // (count)
@group(0) @binding(1) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  if (!keeps(p.accumulate)) { out[i] = 0.0; }
}
