// dx[k] (+)= sum over i of dout[i, k] cos(2 pi place[k] i / size) + sign * dout[i, K + k] sin(the same).
//
// One invocation owns one value, a workgroup 64. Source: derivative of waves.wgsl.
struct Params { size: u32, K: u32, sign: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> place: array<f32>;         // (K)
@group(0) @binding(1) var<storage, read> table: array<f32>;         // (2, size)
@group(0) @binding(2) var<storage, read> dout: array<f32>;          // (size, 2 K)
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;      // (K)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let k = flat_index(gid, groups);
  if (k >= p.K) { return; }
  let frequency = u32(place[k]);
  var s = 0.0;
  var turn = 0u;
  for (var i = 0u; i < p.size; i++) {
    let row = i * 2u * p.K;
    s += dout[row + k] * table[turn] + p.sign * dout[row + p.K + k] * table[p.size + turn];
    turn = (turn + frequency) % p.size;
  }
  if (keeps(p.accumulate)) { s += dx[k]; }
  dx[k] = s;
}
