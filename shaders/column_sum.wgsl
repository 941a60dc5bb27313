// partial[chunk, c] = sum over a chunk of 64 rows of x[r, c]: the gradient of a bias, first stage.
//
// One invocation owns a column of a chunk, a workgroup 64 columns; column_sum_finish.wgsl adds the chunks in order.
// Source: llm.c matmul_backward (dbias).
struct Params { rows: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;                // (rows, width)
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;    // (chunks, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let c = gid.x;
  if (c >= p.width) { return; }
  let first = gid.y * 64u;
  var s = 0.0;
  for (var r = first; r < min(first + 64u, p.rows); r++) { s += x[r * p.width + c]; }
  partial[gid.y * p.width + c] = s;
}
