// dw[first + k] (+)= sum over r, c of dout[r, c] * bases[k, r, c].
//
// One workgroup of 64 owns one k. Source: derivative of combine.wgsl.
struct Params { count: u32, cols: u32, first: u32, stride: u32, ld: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> bases: array<f32>;       // (n, >= rows, >= cols)
@group(0) @binding(1) var<storage, read> dout: array<f32>;        // (rows, cols)
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  var s = 0.0;
  for (var i = lane; i < p.count; i += 64u) {
    s += dout[i] * bases[wid.x * p.stride + (i / p.cols) * p.ld + i % p.cols];
  }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { dw[p.first + wid.x] = total + select(0.0, dw[p.first + wid.x], keeps(p.accumulate)); }
}
