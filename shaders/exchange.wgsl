// a, b = b, a: two ranges of the flats change places.
//
// One invocation owns one vec4, a workgroup 64. Source: this project.
struct Params { count4: u32 }
@group(0) @binding(0) var<storage, read_write> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> b: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count4) { return; }
  let kept = a[i];
  a[i] = b[i];
  b[i] = kept;
}
