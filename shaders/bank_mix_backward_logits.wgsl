// dlogits[row, n] (+)= w (g - sum over t of weight[row, t] g[t]), g[t] = sum over v of dout[row, v] bank[number[row, t], v], where n is one
// of the row's numbers, w its weight and g its g; zero elsewhere: what is not picked learns nothing.
//
// One workgroup of 64 owns one row. Source: derivative of bank_pick.wgsl and bank_mix.wgsl.
struct Params { rows: u32, N: u32, L: u32, topk: u32, across: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> picked: array<f32>;        // (rows, 2, topk)
@group(0) @binding(1) var<storage, read> bank: array<f32>;          // (N, L)
@group(0) @binding(2) var<storage, read> dout: array<f32>;          // as bank_mix.wgsl lays it out
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>; // (rows, N)
@group(0) @binding(4) var<uniform> p: Params;

var<workgroup> g: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = id.x + id.y * groups.x;
  if (row >= p.rows) { return; }
  let first = row * 2u * p.topk;
  var mean = 0.0;
  for (var t = 0u; t < p.topk; t++) {
    var s = 0.0;
    for (var v = lane; v < p.L; v += 64u) { s += dout[(row / p.across * p.L + v) * p.across + row % p.across] * bank[u32(picked[first + t]) * p.L + v]; }
    let total = reduce_sum(s, lane);
    if (lane == 0u) { g[t] = total; }
    mean += picked[first + p.topk + t] * total;
  }
  workgroupBarrier();
  for (var n = lane; n < p.N; n += 64u) {
    var s = 0.0;
    for (var t = 0u; t < p.topk; t++) {
      if (picked[first + t] == f32(n)) { s = picked[first + p.topk + t] * (g[t] - mean); }
    }
    if (keeps(p.accumulate)) { s += dlogits[row * p.N + n]; }
    dlogits[row * p.N + n] = s;
  }
}
