// state[k] = (max, sum of exp(s - max), score of the label, sum of all scores, token of the maximum), carried from chunk to chunk of the
// vocabulary; with the last chunk each row has its loss:
//   factor * (lse - (1 - e) s[label] - e / V * sum s).
//
// One workgroup of 64 owns a row that counts. Source: online softmax (arXiv 1805.02867); torch.nn.functional.cross_entropy(label_smoothing).
override LAST: bool = false;
struct Params { chunk: u32, first: u32, tokens: u32, vocabulary: u32, shift: u32, smoothing: f32, factor: f32 }
@group(0) @binding(0) var<storage, read> scores: array<f32>;          // (rows, chunk), of which the first `tokens` columns hold something
@group(0) @binding(1) var<storage, read> list: array<u32>;            // (1 + rows)
@group(0) @binding(2) var<storage, read> labels: array<u32>;          // (rows)
@group(0) @binding(3) var<storage, read_write> state: array<f32>;     // (rows, 5)
@group(0) @binding(4) var<storage, read_write> rows: array<f32>;      // (rows, 4): loss, correct, counted, prediction; of all rows, in their places
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let k = wid.x + wid.y * groups.x;
  if (k >= list[0]) { return; }
  let base = k * p.chunk;
  let row = list[k + 1u];
  let label = labels[row + p.shift];
  var best = -3.0e38;
  for (var i = lane; i < p.tokens; i += 64u) { best = max(best, scores[base + i]); }
  let top = reduce_max(best, lane);
  // The first token that reaches the maximum, as torch.argmax: the smallest index stays.
  var arg = -3.0e38;
  var exps = 0.0;
  var sum = 0.0;
  for (var i = lane; i < p.tokens; i += 64u) {
    if (scores[base + i] == top) { arg = max(arg, -f32(i)); }
    exps += exp(max(scores[base + i] - top, -40.0));
    sum += scores[base + i];
  }
  let where_top = f32(p.first) - reduce_max(arg, lane);
  let total = reduce_sum(exps, lane);
  let all = reduce_sum(sum, lane);
  if (lane > 0u) { return; }
  let at = 5u * k;
  let before = p.first > 0u;
  let old = select(-3.0e38, state[at], before);
  let larger = max(old, top);
  let exp_sum = select(0.0, state[at + 1u] * exp(max(old - larger, -40.0)), before) + total * exp(max(top - larger, -40.0));
  var hit = select(0.0, state[at + 2u], before);
  if (label >= p.first && label < p.first + p.tokens) { hit = scores[base + label - p.first]; }
  let sum_all = select(0.0, state[at + 3u], before) + all;
  let prediction = select(state[at + 4u], where_top, top > old);
  state[at] = larger;
  state[at + 1u] = exp_sum;
  state[at + 2u] = hit;
  state[at + 3u] = sum_all;
  state[at + 4u] = prediction;
  if (!LAST) { return; }
  rows[4u * row] = p.factor * (larger + log(exp_sum) - (1.0 - p.smoothing) * hit - p.smoothing / f32(p.vocabulary) * sum_all);
  rows[4u * row + 1u] = select(0.0, 1.0, prediction == f32(label));
  rows[4u * row + 2u] = 1.0;
  rows[4u * row + 3u] = prediction;
}
