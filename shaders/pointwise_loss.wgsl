// Loss of each output against a number of its own, the mean of a row's K, and its gradient, in one dispatch:
//   BINARY false: (y - t)^2;   dy = 2 (y - t) / K * inv_count.
//   BINARY true:  max(y, 0) - y t + log(1 + exp(-|y|)), of a logit;   dy = (sigmoid(y) - t) / K * inv_count.
// Right is a row whose outputs all lie on the side of zero that 2 t - 1 says (BINARY). A target of 2^31 or more marks a row that does not
// count (padding of the last batch).
//
// One invocation owns a row, a workgroup 64. Source: torch.nn.MSELoss and torch.nn.BCEWithLogitsLoss, mean over counted rows (inv_count
// comes from the step uniform, so that accumulated micro-batches average correctly).
override GRAD: bool = true;
override BINARY: bool = false;
struct Params { B: u32, K: u32, weight: f32 }
@group(0) @binding(0) var<storage, read> y: array<f32>;             // (B, K)
@group(0) @binding(1) var<storage, read> targets: array<f32>;       // (B, K)
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;    // (B, 4): loss, right, counted, first output
@group(0) @binding(3) var<storage, read_write> dy: array<f32>;      // (B, K)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(gid, groups);
  if (row >= p.B) { return; }
  let counted = targets[row * p.K] < 2147483648.0;
  var loss = 0.0;
  var right = 1.0;
  for (var k = 0u; k < p.K; k++) {
    let at = row * p.K + k;
    let off = y[at] - targets[at];
    var g = 2.0 * off;
    if (BINARY) {
      // exp(-|y|) of both signs, so that neither overflows.
      let small = exp(max(-abs(y[at]), -40.0));
      loss += max(y[at], 0.0) - y[at] * targets[at] + log(1.0 + small);
      g = select(small, 1.0, y[at] >= 0.0) / (1.0 + small) - targets[at];
      if ((y[at] > 0.0) != (targets[at] > 0.5)) { right = 0.0; }
    } else {
      loss += off * off;
      right = 0.0;
    }
    if (GRAD) { dy[at] = select(0.0, p.weight * g / f32(p.K) * step.inv_count, counted); }
  }
  rows[4u * row] = select(0.0, p.weight * loss / f32(p.K), counted);
  rows[4u * row + 1u] = select(0.0, right, counted);
  rows[4u * row + 2u] = select(0.0, 1.0, counted);
  rows[4u * row + 3u] = y[row * p.K];
}
