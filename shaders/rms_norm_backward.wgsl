// dx = rstd * (g - xhat * mean(g * xhat)) + previous, with g = dout * weight and xhat = x * rstd.
//
// A workgroup of 64 owns 8 rows, 8 invocations a row, as in rms_norm.wgsl. One barrier. The weight's gradient is in
// rms_norm_backward_weight.wgsl. Source: derivative of rms_norm.wgsl.
override PREVIOUS: bool = false; // add the gradient that already reached x (the residual branch)
struct Params { rows: u32, width: u32 } // width in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;            // (rows, width)
@group(0) @binding(1) var<storage, read> weight: array<lanes>;       // (width)
@group(0) @binding(2) var<storage, read> stats: array<f32>;          // (rows)
@group(0) @binding(3) var<storage, read> dout: array<lanes>;         // (rows, width)
@group(0) @binding(4) var<storage, read> previous: array<lanes>;     // (rows, width)
@group(0) @binding(5) var<storage, read_write> dx: array<lanes>;     // (rows, width)
@group(0) @binding(6) var<uniform> p: Params;

var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.x + wid.y * groups.x) * 8u + lane / 8u;
  let at = min(row, p.rows - 1u);
  let base = at * p.width;
  let first = lane & 56u; // of the row's eight invocations
  let rstd = stats[at];
  var s = lanes();
  for (var i = lane - first; i < p.width; i += 8u) { s += dout[base + i] * weight[i] * x[base + i]; }
  sums[lane] = sum_lanes(s) * rstd;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) { total += sums[first + i]; }
  let mean = total / f32(p.width * LANES);
  if (row >= p.rows) { return; }
  for (var i = lane - first; i < p.width; i += 8u) {
    var v = rstd * (dout[base + i] * weight[i] - x[base + i] * rstd * mean);
    if (PREVIOUS) { v += previous[base + i]; }
    dx[base + i] = v;
  }
}
