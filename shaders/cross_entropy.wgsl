// Softmax cross entropy with label smoothing, and its gradient, in one dispatch:
//   loss = weight * (-(1 - e) log p[y] - e / K * sum_k log p[k]);   dlogits = weight * (p - (1 - e) onehot(y) - e / K) * inv_count.
// A label >= K marks a row that does not count (padding of the last batch).
//
// One workgroup of 64 owns a row. Source: torch.nn.functional.cross_entropy(label_smoothing), mean over counted rows
// (inv_count comes from the step uniform, so that accumulated micro-batches average correctly).
// SHARED = true: a row counts by shares[row], or, with REST, by what is left of it: the halves of a loss against two labels.
override GRAD: bool = true;
override SHARED: bool = false;
override REST: bool = false;
struct Params { K: u32, smoothing: f32, weight: f32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;            // (B, K)
@group(0) @binding(1) var<storage, read> labels: array<u32>;            // (B)
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;        // (B, 4): loss, correct, counted, prediction
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;     // (B, K)
@group(0) @binding(4) var<uniform> p: Params;
@group(0) @binding(6) var<storage, read> shares: array<f32>;            // (B); not read unless SHARED

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = wid.x * p.K;
  let label = labels[wid.x];
  let counted = label < p.K;
  var weight = p.weight;
  if (SHARED) { weight *= select(shares[wid.x], 1.0 - shares[wid.x], REST); }
  var best = -3.0e38;
  for (var i = lane; i < p.K; i += 64u) { best = max(best, logits[base + i]); }
  let top = reduce_max(best, lane);
  // The first class that reaches the maximum, as torch.argmax: search downwards so that the smallest index stays.
  var arg = -3.0e38;
  for (var i = lane; i < p.K; i += 64u) {
    if (logits[base + i] == top) { arg = max(arg, -f32(i)); }
  }
  let prediction = -reduce_max(arg, lane);
  var sum_exp = 0.0;
  var sum_logits = 0.0;
  for (var i = lane; i < p.K; i += 64u) {
    sum_exp += exp(max(logits[base + i] - top, -80.0));
    sum_logits += logits[base + i] - top;
  }
  let total = reduce_sum(sum_exp, lane);
  let mean_logit = reduce_sum(sum_logits, lane) / f32(p.K);
  let log_total = log(total);
  if (lane == 0u) {
    let at = min(label, p.K - 1u);
    let loss = log_total - (1.0 - p.smoothing) * (logits[base + at] - top) - p.smoothing * mean_logit;
    rows[wid.x * 4u] = select(0.0, weight * loss, counted);
    rows[wid.x * 4u + 1u] = select(0.0, 1.0, counted && prediction == f32(label));
    rows[wid.x * 4u + 2u] = select(0.0, 1.0, counted);
    rows[wid.x * 4u + 3u] = prediction;
  }
  if (!GRAD) { return; }
  for (var i = lane; i < p.K; i += 64u) {
    var g = exp(max(logits[base + i] - top, -80.0)) / total - p.smoothing / f32(p.K);
    if (i == label) { g -= 1.0 - p.smoothing; }
    dlogits[base + i] = select(0.0, weight * g * step.inv_count, counted);
  }
}
