// out[b] = mean over tokens first .. first + count - 1 of x[b, t]: the class token (count 1) or the mean of the patches.
//
// One invocation owns one value, a workgroup 64. Source: transformers ViTForImageClassification, Dinov2 head.
struct Params { B: u32, T: u32, width: u32, first: u32, count: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (B, T, width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (B, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.B * p.width) { return; }
  let b = i / p.width;
  var s = 0.0;
  for (var t = p.first; t < p.first + p.count; t++) { s += x[(b * p.T + t) * p.width + i % p.width]; }
  out[i] = s / f32(p.count);
}
