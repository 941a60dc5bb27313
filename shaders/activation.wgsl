// out = act(x), element by element (lib/activation.wgsl).
//
// One invocation owns one lane, four elements or one (lib/lanes4.wgsl, lib/lanes1.wgsl), a workgroup 64. Source: transformers ACT2FN.
override ACT: u32 = 1u;
struct Params { count: u32 } // in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;
@group(0) @binding(1) var<storage, read_write> out: array<lanes>;
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i < p.count) { out[i] = activate(ACT, x[i]); }
}
