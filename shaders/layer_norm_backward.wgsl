// dx = rstd * (g - mean(g) - xhat * mean(g * xhat)) + previous, with g = dout * weight and xhat = (x - mean) * rstd.
//
// A workgroup of 64 owns 8 rows, 8 invocations a row, as in layer_norm.wgsl; xhat is recomputed from the saved mean and
// rstd. One barrier. Source: llm.c layernorm_backward. The weight's and bias's gradients are in
// layer_norm_backward_weight.wgsl.
override PREVIOUS: bool = false; // add the gradient that already reached x (the residual branch)
struct Params { rows: u32, width: u32 } // width in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;            // (rows, width)
@group(0) @binding(1) var<storage, read> weight: array<lanes>;       // (width)
@group(0) @binding(2) var<storage, read> stats: array<f32>;          // (rows, 2)
@group(0) @binding(3) var<storage, read> dout: array<lanes>;         // (rows, width)
@group(0) @binding(4) var<storage, read> previous: array<lanes>;     // (rows, width)
@group(0) @binding(5) var<storage, read_write> dx: array<lanes>;     // (rows, width)
@group(0) @binding(6) var<uniform> p: Params;

var<workgroup> sums: array<vec2<f32>, 64>; // g, g * xhat

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.x + wid.y * groups.x) * 8u + lane / 8u;
  let inside = row < p.rows;
  let at = select(0u, row, inside);
  let base = at * p.width;
  let first = lane & 56u; // of the row's eight invocations
  let mean = stats[2u * at];
  let rstd = stats[2u * at + 1u];
  var s = lanes();
  var q = lanes();
  for (var i = lane - first; i < p.width; i += 8u) {
    let g = dout[base + i] * weight[i];
    s += g;
    q += g * (x[base + i] - mean) * rstd;
  }
  sums[lane] = vec2<f32>(sum_lanes(s), sum_lanes(q));
  workgroupBarrier();
  var means = vec2<f32>();
  for (var i = 0u; i < 8u; i++) { means += sums[first + i]; }
  means /= f32(p.width * LANES);
  if (!inside) { return; }
  for (var i = lane - first; i < p.width; i += 8u) {
    let g = dout[base + i] * weight[i];
    var v = rstd * (g - means.x - (x[base + i] - mean) * rstd * means.y);
    if (PREVIOUS) { v += previous[base + i]; }
    dx[base + i] = v;
  }
}
