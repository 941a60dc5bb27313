// out[i] = x[first + i]; BACK: dx[i] = dout[i - first] within the slice, 0 elsewhere.
//
// One invocation owns one value of what is written, a workgroup 64. Source: a contiguous part of a tensor, torch's narrow.
override BACK: bool = false;
struct Params { count: u32, first: u32, part: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // all, or the slice where BACK
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (count): the slice, or all where BACK
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  if (BACK) {
    let inside = i >= p.first && i < p.first + p.part;
    out[i] = select(0.0, x[select(0u, i - p.first, inside)], inside);
  } else {
    out[i] = x[p.first + i];
  }
}
