// out = x * rstd * weight with rstd = 1 / sqrt(mean(x^2) + eps) over the last dimension; keeps rstd for the backward.
//
// A workgroup of 64 owns 8 rows, 8 invocations a row, which read neighbouring channels, as in layer_norm.wgsl; one barrier.
// Source: transformers LlamaRMSNorm (arXiv 1910.07467), in f32 throughout.
struct Params { rows: u32, width: u32, eps: f32 } // width in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;            // (rows, width)
@group(0) @binding(1) var<storage, read> weight: array<lanes>;       // (width)
@group(0) @binding(2) var<storage, read_write> out: array<lanes>;    // (rows, width)
@group(0) @binding(3) var<storage, read_write> stats: array<f32>;    // (rows): rstd
@group(0) @binding(4) var<uniform> p: Params;

var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.x + wid.y * groups.x) * 8u + lane / 8u;
  let base = min(row, p.rows - 1u) * p.width;
  let first = lane & 56u; // of the row's eight invocations
  var s = lanes();
  for (var i = lane - first; i < p.width; i += 8u) { s += x[base + i] * x[base + i]; }
  sums[lane] = sum_lanes(s);
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < 8u; i++) { total += sums[first + i]; }
  let rstd = 1.0 / sqrt(total / f32(p.width * LANES) + p.eps);
  if (row >= p.rows) { return; }
  for (var i = lane - first; i < p.width; i += 8u) { out[base + i] = x[base + i] * rstd * weight[i]; }
  if (lane == first) { stats[row] = rstd; }
}
