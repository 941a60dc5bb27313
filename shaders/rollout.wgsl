// out = r (0.5 A + 0.5 I): one layer of attention rollout, of the row r that is asked for, from the last layer to the first.
//
// A is a layer's attention, its mean over heads. Rows of A sum to one, and so do those of 0.5 A + 0.5 I: nothing has to be
// normalised. Tokens from `kept` on are put in the place of others behind this layer: what is read of them ends there.
// START makes the first r: 1 / count for the tokens first .. first + count - 1 that the head reads.
// One invocation owns one token of one image and walks over the queries; a workgroup has 64.
// Source: attention rollout of Abnar and Zuidema, arXiv 2005.00928, equation 1 with the residual of section 4.
override START: bool = false;
struct Params { B: u32, T: u32, first: u32, count: u32, kept: u32 }
@group(0) @binding(0) var<storage, read> mean: array<f32>;       // (B, T, ceil(T / 4) * 4)
@group(0) @binding(1) var<storage, read> r: array<f32>;          // (B, T); not read by START
@group(0) @binding(2) var<storage, read_write> out: array<f32>;  // (B, T)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.B * p.T) { return; }
  let b = i / p.T;
  let token = i % p.T;
  let width = (p.T + 3u) / 4u * 4u;
  let start = select(0u, p.first, START);
  let end = select(p.kept, p.first + p.count, START);
  var s = 0.0;
  for (var query = start; query < end; query++) { s += weight(b, query) * mean[(b * p.T + query) * width + token]; }
  out[i] = 0.5 * (s + weight(b, token));
}

fn weight(b: u32, token: u32) -> f32 {
  if (START) { return select(0.0, 1.0 / f32(p.count), token >= p.first && token < p.first + p.count); }
  return select(0.0, r[b * p.T + token], token < p.kept);
}
