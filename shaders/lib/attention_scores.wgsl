// What the forms of attention's scores share: the stages, sizes, operands, and which keys a query may not see.
//
// STAGE 0, forward:   probs = scale * q k^T, to be made probabilities by attention_softmax.wgsl; what is hidden (CAUSAL, lib/mask.wgsl) is HIDDEN.
// STAGE 1, backward:  probs = P = exp(scale * q k^T - lse) and grads = dS = scale * P * (dout v^T - delta).
// STAGE 2, backward:  grads = dS from the P that stands in probs.
// Source: attention of arXiv 1706.03762 and its gradient; lse and delta as in FlashAttention-2 (arXiv 2307.08691).
override STAGE: u32 = 0u;
override CAUSAL: bool = false;
// In lanes: d; ld, a row of q, k and v; ld_out, a row of dout; and the column where each begins. across: a multiple of four.
struct Params { T: u32, heads: u32, d: u32, ld: u32, ld_out: u32, q_at: u32, k_at: u32, v_at: u32, across: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> q: array<lanes>;                // (B, T, heads * D), rows ld apart, from q_at on
@group(0) @binding(1) var<storage, read> k: array<lanes>;                // (B, T, heads * D), likewise
@group(0) @binding(2) var<storage, read> v: array<lanes>;                // (B, T, heads * D), likewise
@group(0) @binding(3) var<storage, read> dout: array<lanes>;             // (B, T, heads * D)
@group(0) @binding(4) var<storage, read> stats: array<vec2<f32>>;        // (B, heads, T): lse and delta
@group(0) @binding(5) var<storage, read> mask: array<u32>;               // (B, T); not read unless MASKED
@group(0) @binding(6) var<storage, read_write> probs: array<vec4<f32>>;  // (B, heads, T, ceil(T / 4))
@group(0) @binding(7) var<storage, read_write> grads: array<vec4<f32>>;  // (B, heads, T, ceil(T / 4))
@group(0) @binding(8) var<uniform> p: Params;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);
// What a row may not see; becomes exactly zero.
const HIDDEN = -1e30;

// Of four keys from `key` on, which the query `row` may not see or are none.
fn hidden_keys(head: u32, row: u32, key: u32) -> vec4<bool> {
  let keys = key + FOUR;
  var hidden = keys >= vec4<u32>(p.T);
  if (CAUSAL) { hidden = hidden | (keys > vec4<u32>(row)); }
  if (MASKED) {
    let image = (head / p.heads) * p.T;
    hidden = hidden | masked(vec4<u32>(image + row), image + min(keys, vec4<u32>(p.T - 1u)));
  }
  return hidden;
}
// Scores, or P, from dot products s of a query with four keys; r is the query's row among all.
fn score(r: u32, s: vec4<f32>, hidden: vec4<bool>) -> vec4<f32> {
  if (STAGE == 0u) { return select(s * p.scale, vec4<f32>(HIDDEN), hidden); }
  return select(exp(clamp(s * p.scale - stats[r].x, vec4<f32>(-40.0), vec4<f32>(40.0))), vec4<f32>(), hidden);
}
// dS from P and dot products f of the query's gradient with four values: selected, since what stands beyond the edge repeats a row.
fn score_grad(r: u32, prob: vec4<f32>, f: vec4<f32>, hidden: vec4<bool>) -> vec4<f32> {
  return select(prob * (f - stats[r].y) * p.scale, vec4<f32>(), hidden);
}
