// Sum of absolute differences of each row, and its gradient, in one dispatch: loss = weight * sum_c |x - y|;
// dx = weight * sign(x - y) * inv_count.
//
// One workgroup of 64 owns a row. Source: torch.nn.functional.l1_loss.
struct Params { width: u32, weight: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;             // (R, width)
@group(0) @binding(1) var<storage, read> y: array<f32>;             // (R, width)
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;    // (R, 4): loss, and nothing besides
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;      // (R, width)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = wid.x * p.width;
  var s = 0.0;
  for (var c = lane; c < p.width; c += 64u) {
    let d = x[base + c] - y[base + c];
    s += abs(d);
    dx[base + c] = p.weight * sign(d) * step.inv_count;
  }
  let sum = reduce_sum(s, lane);
  if (lane < 4u) { rows[wid.x * 4u + lane] = select(0.0, p.weight * sum, lane == 0u); }
}
