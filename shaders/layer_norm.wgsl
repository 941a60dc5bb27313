// out = (x - mean) * rstd * weight + bias over the last dimension; keeps mean and rstd for the backward.
//
// A workgroup of 64 owns 8 rows, 8 invocations a row, which read neighbouring channels; two passes (mean, then variance
// of the differences), since the residual stream of a ViT has channels far from zero. One barrier a pass: barriers are
// what software adapters pay for. Source: torch.nn.LayerNorm; llm.c layernorm_forward.
struct Params { rows: u32, width: u32, eps: f32 } // width in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;            // (rows, width)
@group(0) @binding(1) var<storage, read> weight: array<lanes>;       // (width)
@group(0) @binding(2) var<storage, read> bias: array<lanes>;         // (width)
@group(0) @binding(3) var<storage, read_write> out: array<lanes>;    // (rows, width)
@group(0) @binding(4) var<storage, read_write> stats: array<f32>;    // (rows, 2): mean, rstd
@group(0) @binding(5) var<uniform> p: Params;

var<workgroup> sums: array<f32, 64>;
var<workgroup> squares: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.x + wid.y * groups.x) * 8u + lane / 8u;
  let inside = row < p.rows;
  let base = select(0u, row * p.width, inside);
  let first = lane & 56u; // of the row's eight invocations
  let size = f32(p.width * LANES);
  var s = lanes();
  for (var i = lane - first; i < p.width; i += 8u) { s += x[base + i]; }
  sums[lane] = sum_lanes(s);
  workgroupBarrier();
  var mean = 0.0;
  for (var i = 0u; i < 8u; i++) { mean += sums[first + i]; }
  mean /= size;
  var q = lanes();
  for (var i = lane - first; i < p.width; i += 8u) { let d = x[base + i] - mean; q += d * d; }
  squares[lane] = sum_lanes(q);
  workgroupBarrier();
  var variance = 0.0;
  for (var i = 0u; i < 8u; i++) { variance += squares[first + i]; }
  let rstd = 1.0 / sqrt(variance / size + p.eps);
  if (!inside) { return; }
  for (var i = lane - first; i < p.width; i += 8u) { out[base + i] = (x[base + i] - mean) * rstd * weight[i] + bias[i]; }
  if (lane == first) { stats[2u * row] = mean; stats[2u * row + 1u] = rstd; }
}
