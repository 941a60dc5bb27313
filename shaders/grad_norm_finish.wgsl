// norm = { scale, skip, norm, skipped so far }: scale = min(1, max_norm / (norm + 1e-6)), skip = 1 when a gradient or
// the loss is not finite. The update reads it, so clipping and skipping need no read-back. Also written into the metrics ring, with AdamW's bias
// corrections: the host's where no step was skipped, else those of the updates that were made, of rest = 1 - beta.
//
// One workgroup of 64 adds the partial sums in a fixed order. Source: torch.nn.utils.clip_grad_norm_, torch.amp.GradScaler.
struct Params { parts: u32, rest1: f32, rest2: f32 }
@group(0) @binding(0) var<storage, read> partial: array<f32>;          // (parts, 2)
@group(0) @binding(1) var<storage, read_write> norm: array<f32>;       // (4)
@group(0) @binding(2) var<storage, read_write> metrics: array<f32>;    // (slots, 8): [3] norm, [4] skipped so far, [5] c1, [6] c2
@group(0) @binding(3) var<uniform> p: Params;

// 1 - beta^n by squaring: 1 - xy = a + b (1 - a) of a = 1 - x and b = 1 - y, in which nothing cancels as it does in 1 - pow(beta, n).
fn rest_of_power(rest: f32, n: u32) -> f32 {
  var found = 0.0;
  var square = rest;
  for (var left = n; left > 0u; left >>= 1u) {
    if ((left & 1u) == 1u) { found += square * (1.0 - found); }
    square += square * (1.0 - square);
  }
  return found;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var squares = 0.0;
  var broken = 0.0;
  for (var i = lane; i < p.parts; i += 64u) {
    squares += partial[2u * i];
    broken += partial[2u * i + 1u];
  }
  let total = reduce_sum(squares, lane);
  let bad = reduce_sum(broken, lane);
  if (lane == 0u) {
    // A sum of squares beyond 3e38 overflows although each gradient is finite: such a step is skipped as well.
    let overflow = (bitcast<u32>(total) & 0x7f800000u) == 0x7f800000u;
    // Broken logits can leave finite gradients behind, but not a finite loss.
    let lost = (bitcast<u32>(metrics[step.slot * 8u]) & 0x7f800000u) == 0x7f800000u;
    let skip = bad > 0.0 || overflow || lost;
    let length = sqrt(select(total, 0.0, skip));
    norm[0] = select(1.0, min(1.0, step.max_norm / (length + 1e-6)), step.max_norm > 0.0);
    norm[1] = select(0.0, 1.0, skip);
    norm[2] = length;
    norm[3] += select(0.0, 1.0, skip);
    metrics[step.slot * 8u + 3u] = length;
    metrics[step.slot * 8u + 4u] = norm[3];
    let made = step.update - min(step.update, u32(norm[3]));
    let corrected = norm[3] > 0.0 && made > 0u;
    metrics[step.slot * 8u + 5u] = select(step.c1, 1.0 / rest_of_power(p.rest1, made), corrected);
    metrics[step.slot * 8u + 6u] = select(step.c2, 1.0 / sqrt(rest_of_power(p.rest2, made)), corrected);
  }
}
