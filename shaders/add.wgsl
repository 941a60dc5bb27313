// out (+)= alpha * x + beta * y, element by element; y may repeat (period `y_count`), e.g. positions over a batch.
//
// One invocation owns one element, a workgroup 64. Source: elementary.
struct Params { count: u32, y_count: u32, alpha: f32, beta: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  var v = p.alpha * x[i];
  if (p.beta != 0.0) { v += p.beta * y[i % p.y_count]; }
  if (keeps(p.accumulate)) { v += out[i]; }
  out[i] = v;
}
