// As lib/row_stats.passes.wgsl, merged from those of pieces of the row: no barrier, and the row is not read for it.
@group(0) @binding(6) var<storage, read> tile_stats: array<vec2<f32>>; // (rows, ceil(width / 32)), by lib/tile_stats.wgsl

fn row_stats(row: u32, lane: u32) -> vec2<f32> {
  let size = p.width * LANES;
  let pieces = (size + 31u) / 32u;
  let first = row * pieces;
  var mean = 0.0;
  for (var i = 0u; i < pieces; i++) { mean += tile_stats[first + i].x * f32(min(32u, size - 32u * i)); }
  mean /= f32(size);
  var q = 0.0;
  for (var i = 0u; i < pieces; i++) {
    let t = tile_stats[first + i];
    q += t.y + (t.x - mean) * (t.x - mean) * f32(min(32u, size - 32u * i));
  }
  return vec2<f32>(mean, 1.0 / sqrt(q / f32(size) + p.eps));
}
