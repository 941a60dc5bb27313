// out = weight as f32, whatever it is stored as (lib/weight.*.wgsl).
//
// One invocation owns one element, a workgroup 64. Source: this project.
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read> weight: array<weight1>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i < p.count) { out[i] = load_weight(i); }
}
