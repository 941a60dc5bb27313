// out[b, k] = sum over c of x[b, c] * y[b, k, c]: each row against rows of its own, cosines of images with texts that are made for each.
//
// One workgroup of 64 owns one (b, k) and adds in a fixed order (lib/reduce.wgsl). Source: Zhou et al., CoCoOp (arXiv 2203.05557).
struct Params { rows: u32, K: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (B, width)
@group(0) @binding(1) var<storage, read> y: array<f32>;            // (B, K, width)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (B, K)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = wid.x + wid.y * groups.x;
  if (row >= p.rows) { return; }
  let b = row / p.K;
  var s = 0.0;
  for (var c = lane; c < p.width; c += 64u) { s += x[b * p.width + c] * y[row * p.width + c]; }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { out[row] = total; }
}
