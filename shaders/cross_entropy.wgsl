// Softmax cross entropy with label smoothing, and its gradient, in one dispatch:
//   loss = weight * (-(1 - e) log p[y] - e / K * sum_k log p[k]);   dlogits = weight * (p - (1 - e) onehot(y) - e / K) * inv_count.
// A label >= K marks a row that does not count (padding of the last batch). WEIGHTED = true: class k counts by class_weights[k] = w[k], so that
//   loss = weight * (-(1 - e) w[y] log p[y] - e / K * sum_k w[k] log p[k]), of which the host has made a weighted mean (tasks/classWeights.meta.ts).
//
// One workgroup of 64 owns a row. Source: torch.nn.functional.cross_entropy(weight, label_smoothing), mean over counted rows
// (inv_count comes from the step uniform, so that accumulated micro-batches average correctly).
// SHARED = true: a row counts by shares[row], or, with REST, by what is left of it: the halves of a loss against two labels.
override GRAD: bool = true;
override WEIGHTED: bool = false;
override SHARED: bool = false;
override REST: bool = false;
struct Params { K: u32, smoothing: f32, weight: f32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;            // (B, K)
@group(0) @binding(1) var<storage, read> labels: array<u32>;            // (B)
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;        // (B, 4): loss, correct, counted, prediction
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;     // (B, K)
@group(0) @binding(4) var<uniform> p: Params;
@group(0) @binding(5) var<storage, read> class_weights: array<f32>;     // (K); not read unless WEIGHTED
@group(0) @binding(6) var<storage, read> shares: array<f32>;            // (B); not read unless SHARED

fn weight_of(k: u32) -> f32 {
  if (WEIGHTED) { return class_weights[k]; }
  return 1.0;
}

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
  var sum_weights = 0.0;
  for (var i = lane; i < p.K; i += 64u) {
    sum_exp += exp(max(logits[base + i] - top, -40.0));
    sum_logits += weight_of(i) * (logits[base + i] - top);
    sum_weights += weight_of(i);
  }
  let total = reduce_sum(sum_exp, lane);
  let mean_logit = reduce_sum(sum_logits, lane) / f32(p.K);
  let log_total = log(total);
  let at = min(label, p.K - 1u);
  // How much log p counts: of the row's class, and of all that the row's target spreads over.
  let hard = (1.0 - p.smoothing) * weight_of(at);
  var all = 1.0;
  if (WEIGHTED) { all = hard + p.smoothing * reduce_sum(sum_weights, lane) / f32(p.K); }
  if (lane == 0u) {
    let loss = all * log_total - hard * (logits[base + at] - top) - p.smoothing * mean_logit;
    rows[wid.x * 4u] = select(0.0, weight * loss, counted);
    rows[wid.x * 4u + 1u] = select(0.0, 1.0, counted && prediction == f32(label));
    rows[wid.x * 4u + 2u] = select(0.0, 1.0, counted);
    rows[wid.x * 4u + 3u] = prediction;
  }
  if (!GRAD) { return; }
  for (var i = lane; i < p.K; i += 64u) {
    var g = all * exp(max(logits[base + i] - top, -40.0)) / total - p.smoothing / f32(p.K) * weight_of(i);
    if (i == label) { g -= hard; }
    dlogits[base + i] = select(0.0, weight * g * step.inv_count, counted);
  }
}
