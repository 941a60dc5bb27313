// ds (+)= sum of dout * out, since d(exp(s) x)/ds = exp(s) x.
//
// One workgroup of 64 adds all in a fixed order. Source: derivative of exp_scale.wgsl.
struct Params { count: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> out: array<f32>;        // (count)
@group(0) @binding(1) var<storage, read> dout: array<f32>;       // (count)
@group(0) @binding(2) var<storage, read_write> ds: array<f32>;   // (1)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var s = 0.0;
  for (var i = lane; i < p.count; i += 64u) { s += dout[i] * out[i]; }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { ds[0] = total + select(0.0, ds[0], keeps(p.accumulate)); }
}
