// The vec4 forms of the product may also say how the values of each row lie, which spares the layer norm that reads them a
// pass: of every 32 columns the mean and the sum of squared differences from it, which is added up without cancellation. When
// a workgroup has written its tile, its invocations share the pieces out and read them back.
// Source: Chan, Golub, LeVeque, updating formulae for variances; merged by lib/row_stats.tiles.wgsl.
override STATS: bool = false;
@group(0) @binding(8) var<storage, read_write> tile_stats: array<vec2<f32>>; // (M, ceil(N / 32)): mean, squared differences

// Of `rows` rows and `pieces` times 32 columns of out from `row` and `piece` on, by one of the workgroup's `invocations`.
fn write_tile_stats(row: u32, rows: u32, piece: u32, pieces: u32, lane: u32, invocations: u32) {
  if (STATS) {
    storageBarrier();
    for (var i = lane; i < rows * pieces; i += invocations) {
      let r = row + i / pieces;
      let c = piece + i % pieces;
      if (r < p.M && c * 32u < p.N) { tile_stats[r * ((p.N + 31u) / 32u) + c] = stats_of(r * p.ldo + c * 8u, min(8u, p.N / 4u - c * 8u)); }
    }
  }
}

fn stats_of(first: u32, quads: u32) -> vec2<f32> {
  var s = vec4<f32>();
  for (var i = 0u; i < quads; i++) { s += out[first + i]; }
  let mean = dot(s, vec4<f32>(1.0)) / f32(4u * quads);
  var q = 0.0;
  for (var i = 0u; i < quads; i++) { let d = out[first + i] - mean; q += dot(d, d); }
  return vec2<f32>(mean, q);
}
