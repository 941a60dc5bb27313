// Rows of scores become probabilities in place: exp(s - lse) with lse = log(sum exp(s)), which is kept as well. A row of which all is
// hidden becomes zeros.
//
// One invocation owns a row, a workgroup 64, without a barrier: made for software adapters, where attention runs as
// products forward too (ops/attentionForm.ts). Hidden scores and the row's padding become exactly zero.
// Source: attention of arXiv 1706.03762; the maximum is taken off first, as usual.
struct Params { T: u32, rows: u32 }
@group(0) @binding(0) var<storage, read_write> probs: array<vec4<f32>>;  // (rows, ceil(T / 4)), rows = B * heads * T
@group(0) @binding(1) var<storage, read_write> lse: array<f32>;          // (rows)
@group(0) @binding(2) var<uniform> p: Params;

// As in attention_scores.wgsl.
const HIDDEN = -1e30;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(gid, groups);
  if (row >= p.rows) { return; }
  let width = (p.T + 3u) / 4u;
  let first = row * width;
  var tops = vec4<f32>(HIDDEN);
  for (var i = first; i < first + width; i++) { tops = max(tops, probs[i]); }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));
  var sums = vec4<f32>();
  for (var i = first; i < first + width; i++) {
    let s = probs[i];
    let e = select(exp(max(s - top, vec4<f32>(-40.0))), vec4<f32>(), s <= vec4<f32>(HIDDEN));
    probs[i] = e;
    sums += e;
  }
  // 1 at least, but where all is hidden.
  let sum = max(sums.x + sums.y + sums.z + sums.w, 1e-30);
  lse[row] = top + log(sum);
  let inverse = 1.0 / sum;
  for (var i = first; i < first + width; i++) { probs[i] *= inverse; }
}
