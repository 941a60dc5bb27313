// out (+)= x * sigmoid(g[0]): forward, and backward from the gradient of out to that of x.
//
// One invocation owns one value, a workgroup 64. Source: SVFT (arXiv 2405.19597), the gate of VijayLingam95/SVFT.
struct Params { count: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (count)
@group(0) @binding(1) var<storage, read> g: array<f32>;            // one number
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (count)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  var v = x[i] / (1.0 + exp(-g[0]));
  if (keeps(p.accumulate)) { v += out[i]; }
  out[i] = v;
}
