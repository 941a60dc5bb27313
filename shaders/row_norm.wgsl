// out[r] = 1 / ||x[r, :]||: the row norm of DoRA's V = W + s B A, detached (no gradient flows through it).
//
// One workgroup of 64 owns a row. Source: peft/tuners/lora/dora.py get_weight_norm (dim=1 of (out, in)).
struct Params { width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (rows, width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (rows)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  var s = 0.0;
  for (var c = lane; c < p.width; c += 64u) { let v = x[wid.x * p.width + c]; s += v * v; }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { out[wid.x] = 1.0 / max(sqrt(total), 1e-30); }
}
