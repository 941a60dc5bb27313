// out[b, t] = (t == 0 ? cls : patches[b, t - 1]) + positions[t]: class token in front, positions added.
//
// One invocation owns one value, a workgroup 64. Source: transformers ViTEmbeddings, CLIPVisionEmbeddings.
struct Params { count: u32, T: u32, width: u32 }
@group(0) @binding(0) var<storage, read> patches: array<f32>;      // (B, T - 1, width)
@group(0) @binding(1) var<storage, read> cls: array<f32>;          // (width)
@group(0) @binding(2) var<storage, read> positions: array<f32>;    // (T, width)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // (B, T, width)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let c = i % p.width;
  let t = (i / p.width) % p.T;
  let b = i / p.width / p.T;
  var v = positions[t * p.width + c];
  if (t == 0u) { v += cls[c]; } else { v += patches[(b * (p.T - 1u) + t - 1u) * p.width + c]; }
  out[i] = v;
}
