// average += rest * (weight - average): an exponential moving average over a range of the flats, rest = 1 - decay from the step uniform.
//
// One invocation owns one vec4, a workgroup 64. Behind the optimizer: what its step left out (norm) is left out here. A weight of
// exactly 0 is 0 in the average as well: what a method takes away from its layers does not linger there.
// Source: torch.optim.swa_utils.get_ema_avg_fn.
struct Params { count4: u32 }
@group(0) @binding(0) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> norm: array<f32>;               // (4): scale, skip, norm, skipped
@group(0) @binding(2) var<storage, read_write> average: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count4 || norm[1] > 0.0) { return; }
  let w = weight[i];
  let moved = average[i] + step.average_rest * (w - average[i]);
  average[i] = select(moved, vec4<f32>(0.0), w == vec4<f32>(0.0));
}
