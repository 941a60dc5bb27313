// out[b] = x[b, at[b % places]]: one token of each row, CLIP's end of text. Places beyond the last token take the last.
//
// One invocation owns one value, a workgroup 64. Source: transformers CLIPTextTransformer (pooled_output).
struct Params { B: u32, T: u32, width: u32, places: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (B, T, width)
@group(0) @binding(1) var<storage, read> at: array<u32>;           // (places), B a multiple of it
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (B, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.B * p.width) { return; }
  let b = i / p.width;
  out[i] = x[(b * p.T + min(at[b % p.places], p.T - 1u)) * p.width + i % p.width];
}
