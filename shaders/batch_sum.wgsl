// out[i] (+)= sum over the batch of x[b, first + i] for i < count: gradients of what every sequence shares, of the positions
// (first 0, count = T * width), of the class token (first 0, count = width) and of inserted tokens.
//
// One invocation owns one value and adds the batch in order, a workgroup 64. Source: derivatives of embed.wgsl,
// insert_tokens.wgsl.
struct Params { count: u32, batch: u32, stride: u32, first: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (batch, stride)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (count)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  var s = 0.0;
  for (var b = 0u; b < p.batch; b++) { s += x[b * p.stride + p.first + i]; }
  if (keeps(p.accumulate)) { s += out[i]; }
  out[i] = s;
}
