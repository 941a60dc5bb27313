// c[o] = alpha cos theta and s[o] = alpha sin theta of each output, whose theta and alpha stand for both members of a pair (EACH 1),
// for one output (EACH 2), or of a group first those of c and then those of s (EACH 4).
//
// One invocation owns an output, a workgroup 64. Source: RoAd (arXiv 2409.00119), peft/tuners/road/layer.py.
struct Params { count: u32, group: u32, each: u32 }
@group(0) @binding(0) var<storage, read> theta: array<f32>;       // (count * each / 2)
@group(0) @binding(1) var<storage, read> alpha: array<f32>;       // as theta
@group(0) @binding(2) var<storage, read_write> c: array<f32>;     // (count)
@group(0) @binding(3) var<storage, read_write> s: array<f32>;     // (count)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let o = flat_index(gid, groups);
  if (o >= p.count) { return; }
  let within = o % p.group;
  let place = select(within, within % (p.group / 2u), p.each == 1u);
  let of_c = o / p.group * (p.group * p.each / 2u) + place;
  let of_s = of_c + select(0u, p.group, p.each == 4u);
  c[o] = alpha[of_c] * turn(theta[of_c]).x;
  s[o] = alpha[of_s] * turn(theta[of_s]).y;
}
