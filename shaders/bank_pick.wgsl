// picked[row] = the `topk` largest of a row of logits, the largest first and of equal ones the first: their numbers, then the softmax over them.
//
// One invocation owns one row, a workgroup 64. Source: VB-LoRA (arXiv 2405.15179), eq. 3.
struct Params { rows: u32, N: u32, topk: u32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;        // (rows, N)
@group(0) @binding(1) var<storage, read_write> picked: array<f32>;  // (rows, 2, topk)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(gid, groups);
  if (row >= p.rows) { return; }
  let first = row * p.N;
  let to = row * 2u * p.topk;
  var last = 0.0;
  var at = 0u;
  var top = 0.0;
  var total = 0.0;
  for (var t = 0u; t < p.topk; t++) {
    var found = false;
    var best = 0.0;
    var place = 0u;
    for (var n = 0u; n < p.N; n++) {
      let value = logits[first + n];
      // What has been picked comes before this one: it is larger, or as large and earlier.
      let left = t == 0u || value < last || (value == last && n > at);
      if (left && (!found || value > best)) {
        found = true;
        best = value;
        place = n;
      }
    }
    if (t == 0u) { top = best; }
    last = best;
    at = place;
    let weight = exp(best - top);
    total += weight;
    picked[to + t] = f32(place);
    picked[to + p.topk + t] = weight;
  }
  for (var t = 0u; t < p.topk; t++) { picked[to + p.topk + t] = picked[to + p.topk + t] / total; }
}
