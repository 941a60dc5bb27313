// out = softmax(scale * q keys^T) values of a few new tokens, each of which sees what the cache holds up to its own position, at most `window` of
// it. Which line of the cache holds a position of a row, `lines` says: rows that went different ways have the beginning in common.
//
// One workgroup of 64 owns a token and a query head and walks over the keys in tiles of 256: an invocation makes scores of every 64th key, and
// then owns every 64th channel of the result, kept in workgroup memory over all tiles, with a running maximum and sum.
// Source: FlashAttention-2 (arXiv 2307.08691), algorithm 1, for one row; grouped queries (arXiv 2305.13245).
struct Params { n: u32, heads: u32, group: u32, D: u32, room: u32, ld_q: u32, window: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> q: array<f32>;               // (B, n, ...): rows ld_q apart, heads side by side from the first column on
@group(0) @binding(1) var<storage, read> keys: array<f32>;            // (lines, room, heads / group * D)
@group(0) @binding(2) var<storage, read> values: array<f32>;          // (lines, room, heads / group * D)
@group(0) @binding(3) var<storage, read> positions: array<u32>;       // (B, n)
@group(0) @binding(4) var<storage, read> lines: array<u32>;           // (B, room)
@group(0) @binding(5) var<storage, read_write> out: array<f32>;       // (B, n, heads * D)
@group(0) @binding(6) var<uniform> p: Params;

var<workgroup> scores: array<f32, 256>;
var<workgroup> acc: array<f32, 512>; // channels of the head

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = wid.x; // b * n + token
  let head = wid.y;
  let width = p.heads / p.group * p.D;
  let q_base = row * p.ld_q + head * p.D;
  let mine = row / p.n * p.room; // of lines
  let column = head / p.group * p.D;
  let end = min(positions[row], p.room - 1u) + 1u;
  let begin = end - min(end, p.window);
  for (var c = lane; c < p.D; c += 64u) { acc[c] = 0.0; }
  var top = -1e30;
  var total = 0.0;
  for (var start = begin; start < end; start += 256u) {
    let count = min(256u, end - start);
    var best = -1e30;
    for (var i = lane; i < count; i += 64u) {
      var s = 0.0;
      let at = (lines[mine + start + i] * p.room + start + i) * width + column;
      for (var c = 0u; c < p.D; c++) { s += q[q_base + c] * keys[at + c]; }
      scores[i] = s * p.scale;
      best = max(best, scores[i]);
    }
    let larger = max(top, reduce_max(best, lane));
    var sum = 0.0;
    for (var i = lane; i < count; i += 64u) {
      scores[i] = exp(max(scores[i] - larger, -40.0));
      sum += scores[i];
    }
    let shrink = exp(max(top - larger, -40.0));
    // A barrier is in it: from here on all scores are there.
    total = total * shrink + reduce_sum(sum, lane);
    top = larger;
    for (var c = lane; c < p.D; c += 64u) {
      var a = acc[c] * shrink;
      for (var i = 0u; i < count; i++) { a += scores[i] * values[(lines[mine + start + i] * p.room + start + i) * width + column + c]; }
      acc[c] = a;
    }
    workgroupBarrier();
  }
  for (var c = lane; c < p.D; c += 64u) { out[(row * p.heads + head) * p.D + c] = acc[c] / total; }
}
