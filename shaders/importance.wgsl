// importance = beta1 importance + (1 - beta1) |w g|, unsure = beta2 unsure + (1 - beta2) ||w g| - importance|: how much each weight
// matters to the loss, smoothed, and how much that varies. g is clipped as the optimizer clips it; a step that it skips, and one
// of which the method's `after0` is 0, changes nothing.
//
// One invocation owns one value, a workgroup 64. Source: AdaLoRA (arXiv 2303.10512), eqs. 8 to 10; w is updated already, as in PEFT.
struct Params { count: u32, beta1: f32, beta2: f32, rest1: f32, rest2: f32 }
@group(0) @binding(0) var<storage, read> weight: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> clipping: array<f32>;               // (4): scale, skip, norm, skipped
@group(0) @binding(3) var<storage, read_write> importance: array<f32>;
@group(0) @binding(4) var<storage, read_write> unsure: array<f32>;
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count || clipping[1] > 0.0 || step.after0 == 0.0) { return; }
  let now = abs(weight[i] * grad[i] * clipping[0]);
  let smooth_now = p.beta1 * importance[i] + p.rest1 * now;
  importance[i] = smooth_now;
  unsure[i] = p.beta2 * unsure[i] + p.rest2 * abs(now - smooth_now);
}
