// out[b] = x[b, :first], tokens, x[b, first:]: the same tokens put into every sequence.
//
// One invocation owns one value, a workgroup 64. Source: transformers Dinov2WithRegistersEmbeddings, DeiTEmbeddings.
struct Params { count: u32, T: u32, R: u32, width: u32, first: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (B, T, width)
@group(0) @binding(1) var<storage, read> tokens: array<f32>;       // (R, width)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (B, T + R, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let c = i % p.width;
  let t = (i / p.width) % (p.T + p.R);
  let b = i / p.width / (p.T + p.R);
  if (t >= p.first && t < p.first + p.R) {
    out[i] = tokens[(t - p.first) * p.width + c];
  } else {
    out[i] = x[(b * p.T + select(t, t - p.R, t >= p.first)) * p.width + c];
  }
}
