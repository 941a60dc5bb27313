// KL divergence of frozen logits from trained ones, and its gradient, in one dispatch: with q = softmax(teacher), p = softmax(logits),
//   loss = weight * sum_k q[k] (log q[k] - log p[k]);   dlogits = weight * (p - q) * inv_count.
//
// One workgroup of 64 owns a row. Source: torch.nn.functional.kl_div(log_softmax(logits), log_softmax(teacher), log_target=True).
struct Params { K: u32, weight: f32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;            // (B, K)
@group(0) @binding(1) var<storage, read> teacher: array<f32>;           // (B, K)
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;        // (B, 4): loss, and nothing besides
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;     // (B, K)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = wid.x * p.K;
  var best = vec2<f32>(-3.0e38);
  for (var i = lane; i < p.K; i += 64u) { best = max(best, vec2<f32>(logits[base + i], teacher[base + i])); }
  let top = vec2<f32>(reduce_max(best.x, lane), reduce_max(best.y, lane));
  var sums = vec2<f32>(0.0);
  for (var i = lane; i < p.K; i += 64u) { sums += exp(max(vec2<f32>(logits[base + i], teacher[base + i]) - top, vec2<f32>(-40.0))); }
  let total = vec2<f32>(reduce_sum(sums.x, lane), reduce_sum(sums.y, lane));
  let log_total = log(total);
  var loss = 0.0;
  for (var i = lane; i < p.K; i += 64u) {
    let log_p = logits[base + i] - top.x - log_total.x;
    let log_q = teacher[base + i] - top.y - log_total.y;
    let q = exp(max(log_q, -40.0));
    loss += q * (log_q - log_p);
    dlogits[base + i] = p.weight * (exp(max(log_p, -40.0)) - q) * step.inv_count;
  }
  let sum = reduce_sum(loss, lane);
  if (lane < 4u) { rows[wid.x * 4u + lane] = select(0.0, p.weight * sum, lane == 0u); }
}
