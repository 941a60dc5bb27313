// x[i] = 0 where its score is at most the k-th smallest of all, k = the method's `after1` of the step; nothing where that is 0.
//
// One invocation owns one value and counts the scores below its own, a workgroup 64. Equal scores fall together, as where they are
// compared with a threshold. Source: AdaLoRA (arXiv 2303.10512), eq. 5, and PEFT's threshold.
struct Params { count: u32, first: u32, all: u32 }
@group(0) @binding(0) var<storage, read> scores: array<f32>;     // (all); those of x from `first` on
@group(0) @binding(1) var<storage, read_write> x: array<f32>;    // (count)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  let k = u32(step.after1);
  if (i >= p.count || k == 0u) { return; }
  let own = scores[p.first + i];
  var below = 0u;
  for (var j = 0u; j < p.all; j++) { below += u32(scores[j] < own); }
  if (below < k) { x[i] = 0.0; }
}
