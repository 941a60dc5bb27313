// dbank[n, v] (+)= sum over the rows and t with number[row, t] = n of weight[row, t] dout[row, v].
//
// One invocation owns one value, a workgroup 64. Source: derivative of bank_mix.wgsl.
struct Params { count: u32, rows: u32, L: u32, topk: u32, across: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> picked: array<f32>;        // (rows, 2, topk)
@group(0) @binding(1) var<storage, read> dout: array<f32>;          // as bank_mix.wgsl lays it out
@group(0) @binding(2) var<storage, read_write> dbank: array<f32>;   // (N, L)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let n = f32(i / p.L);
  let v = i % p.L;
  var s = 0.0;
  for (var row = 0u; row < p.rows; row++) {
    let first = row * 2u * p.topk;
    for (var t = 0u; t < p.topk; t++) {
      if (picked[first + t] == n) { s += picked[first + p.topk + t] * dout[(row / p.across * p.L + v) * p.across + row % p.across]; }
    }
  }
  if (keeps(p.accumulate)) { s += dbank[i]; }
  dbank[i] = s;
}
