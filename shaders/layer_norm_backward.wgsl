// dx = rstd * (g - mean(g) - xhat * mean(g * xhat)) + previous, with g = dout * weight and xhat = (x - mean) * rstd.
//
// One workgroup of 64 owns a row; xhat is recomputed from the saved mean and rstd.
// Source: llm.c layernorm_backward. The weight's and bias's gradients are in layer_norm_backward_weight.wgsl.
override PREVIOUS: bool = false; // add the gradient that already reached x (the residual branch)
struct Params { rows: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (rows, width)
@group(0) @binding(1) var<storage, read> weight: array<f32>;       // (width)
@group(0) @binding(2) var<storage, read> stats: array<f32>;        // (rows, 2)
@group(0) @binding(3) var<storage, read> dout: array<f32>;         // (rows, width)
@group(0) @binding(4) var<storage, read> previous: array<f32>;     // (rows, width)
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;     // (rows, width)
@group(0) @binding(6) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = wid.x + wid.y * groups.x;
  let inside = row < p.rows;
  let at = select(0u, row, inside);
  let base = at * p.width;
  let mean = stats[2u * at];
  let rstd = stats[2u * at + 1u];
  var s = 0.0;
  var q = 0.0;
  for (var i = lane; i < p.width; i += 64u) {
    let g = dout[base + i] * weight[i];
    s += g;
    q += g * (x[base + i] - mean) * rstd;
  }
  let mean_g = reduce_sum(s, lane) / f32(p.width);
  let mean_gx = reduce_sum(q, lane) / f32(p.width);
  if (!inside) { return; }
  for (var i = lane; i < p.width; i += 64u) {
    let g = dout[base + i] * weight[i];
    var v = rstd * (g - mean_g - (x[base + i] - mean) * rstd * mean_gx);
    if (PREVIOUS) { v += previous[base + i]; }
    dx[base + i] = v;
  }
}
