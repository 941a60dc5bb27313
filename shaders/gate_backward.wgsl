// dg (+)= sigmoid'(g[0]) * sum over i of dout[i] * x[i].
//
// One workgroup of 64 owns the sum. Source: derivative of gate.wgsl.
struct Params { count: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (count)
@group(0) @binding(1) var<storage, read> g: array<f32>;            // one number
@group(0) @binding(2) var<storage, read> dout: array<f32>;         // (count)
@group(0) @binding(3) var<storage, read_write> dg: array<f32>;     // one number
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var s = 0.0;
  for (var i = lane; i < p.count; i += 64u) { s += dout[i] * x[i]; }
  let total = reduce_sum(s, lane);
  if (lane == 0u) {
    let gate = 1.0 / (1.0 + exp(-g[0]));
    dg[0] = gate * (1.0 - gate) * total + select(0.0, dg[0], keeps(p.accumulate));
  }
}
