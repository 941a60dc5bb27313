// Mean and 1 / sqrt(variance + eps) of a row that eight invocations own, from the row itself: two passes (mean, then variance
// of the differences), since the residual stream of a ViT has channels far from zero. One barrier a pass.
// lib/row_stats.tiles.wgsl defines the same from what a product has found out.
var<workgroup> sums: array<f32, 64>;
var<workgroup> squares: array<f32, 64>;

fn row_stats(row: u32, lane: u32) -> vec2<f32> {
  let base = row * p.width;
  let first = lane & 56u; // of the row's eight invocations
  let size = f32(p.width * LANES);
  var s = lanes();
  for (var i = lane - first; i < p.width; i += 8u) { s += x[base + i]; }
  sums[lane] = sum_lanes(s);
  workgroupBarrier();
  var mean = 0.0;
  for (var i = 0u; i < 8u; i++) { mean += sums[first + i]; }
  mean /= size;
  var q = lanes();
  for (var i = lane - first; i < p.width; i += 8u) { let d = x[base + i] - mean; q += d * d; }
  squares[lane] = sum_lanes(q);
  workgroupBarrier();
  var variance = 0.0;
  for (var i = 0u; i < 8u; i++) { variance += squares[first + i]; }
  return vec2<f32>(mean, 1.0 / sqrt(variance / size + p.eps));
}
