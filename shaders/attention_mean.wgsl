// out[b, i, j] = mean over heads of P[b, h, i, j] = exp(scale * q_i . k_j - lse[b, h, i]): one matrix of attention an image.
//
// Only for looking at a model (ops/rollout.ts); training never runs it. P is made again from q, k and the lse that every
// form of attention's forward leaves behind, so it is the same for all of them.
// One invocation owns 4 queries x 4 keys over all heads, in registers, and reads straight from storage; a workgroup of 64
// takes such blocks of one image in order. Rows are padded to a multiple of four, with zeros beyond T.
// Source: attention of arXiv 1706.03762; the mean over heads as in arXiv 2005.00928, section 4.
override CAUSAL: bool = false;
// In lanes: d; ld, a row of q and k; and the column where each begins.
struct Params { T: u32, heads: u32, d: u32, ld: u32, q_at: u32, k_at: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> q: array<lanes>;             // (B, T, heads * D), rows ld apart, from q_at on
@group(0) @binding(1) var<storage, read> k: array<lanes>;             // (B, T, heads * D), likewise
@group(0) @binding(2) var<storage, read> lse: array<f32>;             // (B, heads, T)
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f32>>; // (B, T, ceil(T / 4))
@group(0) @binding(4) var<uniform> p: Params;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let b = wid.y;
  let across = (p.T + 3u) / 4u;
  let i = wid.x * 64u + lane;
  let row = i / across * 4u;
  let key = i % across * 4u;
  if (row >= p.T) { return; }
  // Rows and keys beyond the edge repeat the last.
  let last = vec4<u32>(p.T - 1u);
  let rows = min(row + FOUR, last);
  let keys = min(key + FOUR, last);
  var sums = mat4x4<f32>(); // by query, four keys each
  for (var h = 0u; h < p.heads; h++) {
    let base = b * p.T * p.ld + h * p.d;
    let mine = p.q_at + base + rows * p.ld;
    let at = p.k_at + base + keys * p.ld;
    var s = mat4x4<f32>();
    for (var e = 0u; e < p.d; e++) {
      let y = transpose(mat4x4<f32>(wide(k[at.x + e]), wide(k[at.y + e]), wide(k[at.z + e]), wide(k[at.w + e])));
      s += mat4x4<f32>(y * wide(q[mine.x + e]), y * wide(q[mine.y + e]), y * wide(q[mine.z + e]), y * wide(q[mine.w + e]));
    }
    let r = (b * p.heads + h) * p.T + rows;
    sums += mat4x4<f32>(probs(s[0], lse[r.x]), probs(s[1], lse[r.y]), probs(s[2], lse[r.z]), probs(s[3], lse[r.w]));
  }
  keep(b, row, key, sums[0]);
  keep(b, row + 1u, key, sums[1]);
  keep(b, row + 2u, key, sums[2]);
  keep(b, row + 3u, key, sums[3]);
}

fn probs(dots: vec4<f32>, lse: f32) -> vec4<f32> {
  return exp(clamp(dots * p.scale - lse, vec4<f32>(-40.0), vec4<f32>(40.0)));
}

fn keep(b: u32, row: u32, key: u32, sum: vec4<f32>) {
  if (row >= p.T) { return; }
  let keys = key + FOUR;
  var hidden = keys >= vec4<u32>(p.T);
  if (CAUSAL) { hidden = hidden | (keys > vec4<u32>(row)); }
  out[(b * p.T + row) * ((p.T + 3u) / 4u) + key / 4u] = select(sum / f32(p.heads), vec4<f32>(), hidden);
}
