// Partial sums over a chunk of rows: partial[chunk, 0, c] = sum dout * xhat, partial[chunk, 1, c] = sum dout.
//
// One invocation owns a column of a chunk of 64 rows, a workgroup 64 columns (neighbours read neighbouring columns);
// the chunks are added in order by column_sum_finish.wgsl, so the same bits every time. Source: llm.c layernorm_backward.
struct Params { rows: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;                // (rows, width)
@group(0) @binding(1) var<storage, read> stats: array<f32>;            // (rows, 2)
@group(0) @binding(2) var<storage, read> dout: array<f32>;             // (rows, width)
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;    // (chunks, 2, width)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let c = gid.x;
  if (c >= p.width) { return; }
  let first = gid.y * 64u;
  var dweight = 0.0;
  var dbias = 0.0;
  for (var r = first; r < min(first + 64u, p.rows); r++) {
    let g = dout[r * p.width + c];
    dweight += g * (x[r * p.width + c] - stats[2u * r]) * stats[2u * r + 1u];
    dbias += g;
  }
  partial[(gid.y * 2u) * p.width + c] = dweight;
  partial[(gid.y * 2u + 1u) * p.width + c] = dbias;
}
