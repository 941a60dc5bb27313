// dx[b, t] = t == at[b % places] ? dout[b] : 0.
//
// One invocation owns one value, a workgroup 64. Source: derivative of pick_tokens.wgsl.
struct Params { B: u32, T: u32, width: u32, places: u32 }
@group(0) @binding(0) var<storage, read> dout: array<f32>;        // (B, width)
@group(0) @binding(1) var<storage, read> at: array<u32>;          // (places)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;    // (B, T, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.B * p.T * p.width) { return; }
  let row = i / p.width;
  let b = row / p.T;
  dx[i] = select(0.0, dout[b * p.width + i % p.width], row % p.T == min(at[b % p.places], p.T - 1u));
}
