// out[r, c] = x[r, order[c]].
//
// One invocation owns one value, a workgroup 64. Source: the permutations of BOFT (arXiv 2311.06243), perm2mat of peft/tuners/boft/layer.py.
struct Params { count: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (rows, width)
@group(0) @binding(1) var<storage, read> order: array<u32>;        // (width), each column once
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (rows, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  out[i] = x[i / p.width * p.width + order[i % p.width]];
}
