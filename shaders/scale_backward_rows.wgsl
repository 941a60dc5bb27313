// ds[r] (+)= sum over c of dout[r, c] * x[r % period, c].
//
// One workgroup of 64 owns a row. Source: derivative of scale.wgsl (ROWS).
struct Params { width: u32, ldx: u32, period: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;           // (period, width), rows ldx apart, over and over
@group(0) @binding(1) var<storage, read> dout: array<f32>;        // (rows, width)
@group(0) @binding(2) var<storage, read_write> ds: array<f32>;    // (rows)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  var s = 0.0;
  for (var c = lane; c < p.width; c += 64u) { s += dout[wid.x * p.width + c] * x[wid.x % p.period * p.ldx + c]; }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { ds[wid.x] = total + select(0.0, ds[wid.x], keeps(p.accumulate)); }
}
