// partial[chunk, k] = bound * sum over the chunk's i of dout[i] P_k[i]; column_sum_finish.wgsl adds the chunks.
//
// One workgroup of 64 owns one k and 8192 pairs. Source: derivative of drawn_sum.wgsl.
struct Params { pairs: u32, count: u32, bases: u32, bound: f32 }
@group(0) @binding(0) var<storage, read> key: array<f32>;               // (2)
@group(0) @binding(1) var<storage, read> dout: array<f32>;              // (count)
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;     // (chunks, bases)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let basis = drawn_basis(u32(key[0]) | (u32(key[1]) << 16u), wid.x);
  let end = min(p.pairs, (wid.y + 1u) * 8192u);
  var s = 0.0;
  for (var pair = wid.y * 8192u + lane; pair < end; pair += 64u) {
    let b = drawn_pair(basis, pair);
    s += dout[2u * pair] * b.x;
    if (2u * pair + 1u < p.count) { s += dout[2u * pair + 1u] * b.y; }
  }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { partial[wid.y * p.bases + wid.x] = p.bound * total; }
}
