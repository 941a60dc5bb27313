// dlambda[k, j] (+)= sum over m of dout[m, g(j) * r + k] * B[m, j, k] / size of g(j).
//
// One workgroup of 64 owns one (k, j). Source: derivative of randlora_groups_left.wgsl.
struct Params { rows: u32, r: u32, n: u32, groups: u32, size: u32, ldB: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> B: array<f32>;                // (>= rows, N, r), rows ldB apart
@group(0) @binding(1) var<storage, read> dout: array<f32>;             // (rows, groups * r)
@group(0) @binding(2) var<storage, read_write> dlambda: array<f32>;    // (r, n)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let k = wid.x / p.n;
  let j = wid.x % p.n;
  let g = j / p.size;
  var s = 0.0;
  for (var m = lane; m < p.rows; m += 64u) { s += dout[(m * p.groups + g) * p.r + k] * B[m * p.ldB + j * p.r + k]; }
  let total = reduce_sum(s, lane) / f32(min(p.n, (g + 1u) * p.size) - g * p.size);
  if (lane == 0u) { dlambda[wid.x] = total + select(0.0, dlambda[wid.x], keeps(p.accumulate)); }
}
