// dx (+)= dQ_ij - dQ_ji of each value of the triangle (TRIANGLE), or half of it. THROUGH: dx is that of x scaled to the norm `bound` where it is above it,
// f (dx - x <dx, x> / |x|^2).
//
// One workgroup of 64 owns a block. Source: derivative of skew.wgsl.
override TRIANGLE: bool = true;
override THROUGH: bool = false;
struct Params { blocks: u32, size: u32, bound: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;           // (blocks, size (size - 1) / 2), or (blocks, size, size)
@group(0) @binding(1) var<storage, read> inverse: array<f32>;     // (blocks): 1 / the norm of each block of x
@group(0) @binding(2) var<storage, read> dout: array<f32>;        // (blocks, size, size)
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;    // as x
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let block = wid.x + wid.y * groups.x;
  if (block >= p.blocks) { return; }
  let n = p.size;
  let values = select(n * n, n * (n - 1u) / 2u, TRIANGLE);
  var along = 0.0;
  var factor = 1.0;
  if (THROUGH) {
    let inv = inverse[block];
    factor = min(1.0, p.bound * inv);
    var s = 0.0;
    for (var at = lane; at < n * n; at += 64u) {
      let i = at / n;
      let j = at % n;
      if (i < j) { s += (dout[block * n * n + at] - dout[block * n * n + j * n + i]) * x[block * values + i * (2u * n - i - 1u) / 2u + j - i - 1u]; }
    }
    let total = reduce_sum(s, lane);
    along = select(0.0, total * inv * inv, factor < 1.0);
  }
  for (var at = lane; at < n * n; at += 64u) {
    let i = at / n;
    let j = at % n;
    let d = dout[block * n * n + at] - dout[block * n * n + j * n + i];
    if (TRIANGLE) {
      if (i < j) {
        let to = block * values + i * (2u * n - i - 1u) / 2u + j - i - 1u;
        var v = d;
        if (THROUGH) { v = factor * (d - along * x[to]); }
        dx[to] = v + select(0.0, dx[to], keeps(p.accumulate));
      }
    } else {
      let to = block * values + at;
      dx[to] = 0.5 * d + select(0.0, dx[to], keeps(p.accumulate));
    }
  }
}
