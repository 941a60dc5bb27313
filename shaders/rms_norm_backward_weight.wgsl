// partial[chunk, c] = sum over a chunk of rows of dout * x * rstd.
//
// One invocation owns a column of a chunk of 64 rows, a workgroup 64 columns (neighbours read neighbouring columns);
// the chunks are added in order by column_sum_finish.wgsl. Source: derivative of rms_norm.wgsl.
struct Params { rows: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;                // (rows, width)
@group(0) @binding(1) var<storage, read> stats: array<f32>;            // (rows)
@group(0) @binding(2) var<storage, read> dout: array<f32>;             // (rows, width)
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;    // (chunks, width)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let c = gid.x;
  if (c >= p.width) { return; }
  let first = gid.y * 64u;
  var s = 0.0;
  for (var r = first; r < min(first + 64u, p.rows); r++) { s += dout[r * p.width + c] * x[r * p.width + c] * stats[r]; }
  partial[gid.y * p.width + c] = s;
}
