// out = base + c[0] d0 + c[1] d1 + c[2] d2: a point of the plane through three trained models, as weights.
//
// One invocation owns one value, a workgroup 64. `mask` has a bit for each delta that is there: what a run left as it was
// has none. Source: RandLoRA vision_language/loss_barrier.py (weights on the deltas from the pretrained state).
struct Params { count: u32, mask: u32 }
@group(0) @binding(0) var<storage, read> base: array<f32>;             // (count)
@group(0) @binding(1) var<storage, read> d0: array<f32>;               // (count), or none
@group(0) @binding(2) var<storage, read> d1: array<f32>;               // (count), or none
@group(0) @binding(3) var<storage, read> d2: array<f32>;               // (count), or none
@group(0) @binding(4) var<storage, read> coefficients: array<f32>;     // (4), of which three are used
@group(0) @binding(5) var<storage, read_write> out: array<f32>;        // (count)
@group(0) @binding(6) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  var s = base[i];
  if ((p.mask & 1u) != 0u) { s += coefficients[0] * d0[i]; }
  if ((p.mask & 2u) != 0u) { s += coefficients[1] * d1[i]; }
  if ((p.mask & 4u) != 0u) { s += coefficients[2] * d2[i]; }
  out[i] = s;
}
