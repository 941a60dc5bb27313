// out[i] = factor[i] x[index[i]].
//
// One invocation owns one value of out, a workgroup 64. Source: Uni-LoRA (arXiv 2506.00799), a projection with one entry in each row.
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (d)
@group(0) @binding(1) var<storage, read> index: array<f32>;        // (count), whole numbers below d
@group(0) @binding(2) var<storage, read> factor: array<f32>;       // (count)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // (count)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  out[i] = factor[i] * x[u32(index[i])];
}
