// norm = { scale, skip, norm, skipped so far }: scale = min(1, max_norm / (norm + 1e-6)), skip = 1 when a gradient or
// the loss is not finite. The update reads it, so clipping and skipping need no read-back. Also written into the metrics ring.
//
// One workgroup of 64 adds the partial sums in a fixed order. Source: torch.nn.utils.clip_grad_norm_.
struct Params { parts: u32 }
@group(0) @binding(0) var<storage, read> partial: array<f32>;          // (parts, 2)
@group(0) @binding(1) var<storage, read_write> norm: array<f32>;       // (4)
@group(0) @binding(2) var<storage, read_write> metrics: array<f32>;    // (slots, 8): [3] norm, [4] skipped so far
@group(0) @binding(3) var<uniform> p: Params;

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
  }
}
