// dx = (dout - out (out . dout)) / ||x|| for each row or column, and dout / floor where the norm is below the floor, which does not move.
//
// One workgroup of 64 owns a row or column. Source: derivative of unit.wgsl.
struct Params { vectors: u32, each: u32, length: u32, apart: u32, next: u32, floor: f32 }
@group(0) @binding(0) var<storage, read> out: array<f32>;           // as x
@group(0) @binding(1) var<storage, read> norms: array<f32>;         // (G, each)
@group(0) @binding(2) var<storage, read> dout: array<f32>;          // as x
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;      // as x: (G, each, length), or (G, length, each) where columns are meant
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let v = wid.y * groups.x + wid.x;
  if (v >= p.vectors) { return; }
  let base = (v / p.each) * p.each * p.length + (v % p.each) * p.apart;
  var s = 0.0;
  for (var i = lane; i < p.length; i += 64u) { s += out[base + i * p.next] * dout[base + i * p.next]; }
  let along = select(0.0, reduce_sum(s, lane), norms[v] >= p.floor);
  let r = 1.0 / max(norms[v], p.floor);
  for (var i = lane; i < p.length; i += 64u) { dx[base + i * p.next] = (dout[base + i * p.next] - along * out[base + i * p.next]) * r; }
}
