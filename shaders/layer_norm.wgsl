// out = (x - mean) * rstd * weight + bias over the last dimension; keeps mean and rstd for the backward.
//
// A workgroup of 64 owns 8 rows, 8 invocations a row, which read neighbouring channels. Mean and rstd come from two passes
// over the row (lib/row_stats.passes.wgsl), or from the product that wrote it (lib/row_stats.tiles.wgsl).
// Source: torch.nn.LayerNorm; llm.c layernorm_forward.
struct Params { rows: u32, width: u32, eps: f32 } // width in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;            // (rows, width)
@group(0) @binding(1) var<storage, read> weight: array<lanes>;       // (width)
@group(0) @binding(2) var<storage, read> bias: array<lanes>;         // (width)
@group(0) @binding(3) var<storage, read_write> out: array<lanes>;    // (rows, width)
@group(0) @binding(4) var<storage, read_write> stats: array<f32>;    // (rows, 2): mean, rstd
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.x + wid.y * groups.x) * 8u + lane / 8u;
  let found = row_stats(min(row, p.rows - 1u), lane);
  if (row >= p.rows) { return; }
  let base = row * p.width;
  for (var i = lane % 8u; i < p.width; i += 8u) { out[base + i] = (x[base + i] - found.x) * found.y * weight[i] + bias[i]; }
  if (lane % 8u == 0u) { stats[2u * row] = found.x; stats[2u * row + 1u] = found.y; }
}
