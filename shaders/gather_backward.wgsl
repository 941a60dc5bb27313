// dx[n] (+)= sum over the places i with index[i] = n of factor[i] dout[i], in the order of the places: `order` has those of 0, then those
// of 1, and so on, and those of n begin at starts[n].
//
// One invocation owns one value of dx, a workgroup 64. Source: derivative of gather.wgsl.
struct Params { d: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> order: array<f32>;        // (count)
@group(0) @binding(1) var<storage, read> starts: array<f32>;       // (d + 1)
@group(0) @binding(2) var<storage, read> factor: array<f32>;       // (count)
@group(0) @binding(3) var<storage, read> dout: array<f32>;         // (count)
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;     // (d)
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let n = flat_index(gid, groups);
  if (n >= p.d) { return; }
  var s = 0.0;
  for (var k = u32(starts[n]); k < u32(starts[n + 1u]); k++) {
    let i = u32(order[k]);
    s += factor[i] * dout[i];
  }
  if (keeps(p.accumulate)) { s += dx[n]; }
  dx[n] = s;
}
