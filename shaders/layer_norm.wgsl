// out = (x - mean) * rstd * weight + bias over the last dimension; keeps mean and rstd for the backward.
//
// One workgroup of 64 owns a row; two passes (mean, then variance of the differences), since the residual stream of
// a ViT has channels far from zero. Source: torch.nn.LayerNorm; llm.c layernorm_forward.
struct Params { rows: u32, width: u32, eps: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;              // (rows, width)
@group(0) @binding(1) var<storage, read> weight: array<f32>;         // (width)
@group(0) @binding(2) var<storage, read> bias: array<f32>;           // (width)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;      // (rows, width)
@group(0) @binding(4) var<storage, read_write> stats: array<f32>;    // (rows, 2): mean, rstd
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = wid.x + wid.y * groups.x;
  let inside = row < p.rows;
  let base = select(0u, row * p.width, inside);
  var s = 0.0;
  for (var i = lane; i < p.width; i += 64u) { s += x[base + i]; }
  let mean = reduce_sum(s, lane) / f32(p.width);
  var q = 0.0;
  for (var i = lane; i < p.width; i += 64u) { let d = x[base + i] - mean; q += d * d; }
  let rstd = 1.0 / sqrt(reduce_sum(q, lane) / f32(p.width) + p.eps);
  if (!inside) { return; }
  for (var i = lane; i < p.width; i += 64u) { out[base + i] = (x[base + i] - mean) * rstd * weight[i] + bias[i]; }
  if (lane == 0u) { stats[2u * row] = mean; stats[2u * row + 1u] = rstd; }
}
