// Loss of each pair of a batch of images and texts, over the logits (B, B) of images against texts:
//   loss[i] = ((log sum_j exp l[i, j] - l[i, i]) + (log sum_j exp l[j, i] - l[i, i])) / 2,
// the sums over j = i and every pair j of another label: two images of one class have texts that fit both, so they are no
// negatives of each other. With all labels different it is CLIP's own loss. A label of 2^31 or more marks a row that does
// not count.
//
// One workgroup of 64 owns a pair, its row and its column. Source: Radford et al. 2021, figure 3; transformers clip_loss.
struct Params { B: u32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;        // (B, B)
@group(0) @binding(1) var<storage, read> labels: array<u32>;        // (B)
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;    // (B, 4): loss, correct, counted, prediction
@group(0) @binding(3) var<storage, read_write> lse: array<f32>;     // (B, 2): log sum exp of the row and of the column
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = wid.x;
  var row_best = -3.0e38;
  var column_best = -3.0e38;
  for (var j = lane; j < p.B; j += 64u) {
    if (!compared(i, j)) { continue; }
    row_best = max(row_best, logits[i * p.B + j]);
    column_best = max(column_best, logits[j * p.B + i]);
  }
  let row_top = reduce_max(row_best, lane);
  let column_top = reduce_max(column_best, lane);
  var row_sum = 0.0;
  var column_sum = 0.0;
  var arg = -3.0e38; // the first that reaches the maximum
  for (var j = lane; j < p.B; j += 64u) {
    if (!compared(i, j)) { continue; }
    let l = logits[i * p.B + j];
    row_sum += exp(max(l - row_top, -40.0));
    column_sum += exp(max(logits[j * p.B + i] - column_top, -40.0));
    if (l == row_top) { arg = max(arg, -f32(j)); }
  }
  let row = row_top + log(reduce_sum(row_sum, lane));
  let column = column_top + log(reduce_sum(column_sum, lane));
  let prediction = -reduce_max(arg, lane);
  if (lane == 0u) {
    let counted = labels[i] < 0x80000000u;
    lse[2u * i] = row;
    lse[2u * i + 1u] = column;
    rows[4u * i] = select(0.0, 0.5 * (row + column) - logits[i * p.B + i], counted);
    rows[4u * i + 1u] = select(0.0, 1.0, counted && prediction == f32(i));
    rows[4u * i + 2u] = select(0.0, 1.0, counted);
    rows[4u * i + 3u] = prediction;
  }
}
