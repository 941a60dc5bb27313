// AdamW over a range of the flats: w -= lr wd w; m, v updated; w -= lr c1 m / (sqrt(v) c2 + eps).
//
// One invocation owns one vec4, a workgroup 64. Up to four parameter groups lie one behind the other, each with a weight
// decay and a share of the learning rate of its own, which is that of the adapter or of the head. The gradient is scaled by the
// clipping factor, and the whole step is left out where norm says skip. c1 = 1 / (1 - beta1^t) and c2 = 1 / sqrt(1 - beta2^t), of the t updates that
// were made, come from grad_norm_finish.wgsl, and rest = 1 - beta from the host in f64: 1 - 0.999 in f32 is off by 1.3e-5.
// Source: torch.optim.AdamW (order of operations, eps outside the root).
struct Params {
  count4: u32,
  from1: u32, from2: u32, from3: u32,                    // where groups 1, 2 and 3 begin, in vec4
  decay0: f32, decay1: f32, decay2: f32, decay3: f32,    // weight decay of each group
  rate0: f32, rate1: f32, rate2: f32, rate3: f32,        // and its share of the learning rate
  heads: u32,                                            // bit g: group g uses the head's learning rate
  beta1: f32, beta2: f32, rest1: f32, rest2: f32, eps: f32,
}
@group(0) @binding(0) var<storage, read> grad: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> norm: array<f32>;               // (4): scale, skip, norm, skipped
@group(0) @binding(2) var<storage, read_write> weight: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> m: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> v: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> metrics: array<f32>;            // (slots, 8): [5] c1, [6] c2
@group(0) @binding(6) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count4 || norm[1] > 0.0) { return; }
  let group = u32(i >= p.from1) + u32(i >= p.from2) + u32(i >= p.from3);
  let decay = vec4<f32>(p.decay0, p.decay1, p.decay2, p.decay3)[group];
  let rate = vec4<f32>(p.rate0, p.rate1, p.rate2, p.rate3)[group];
  let lr = rate * select(step.lr, step.head_lr, ((p.heads >> group) & 1u) == 1u);
  let g = grad[i] * norm[0];
  let m1 = p.beta1 * m[i] + p.rest1 * g;
  let v1 = p.beta2 * v[i] + p.rest2 * g * g;
  m[i] = m1;
  v[i] = v1;
  let decayed = weight[i] * (1.0 - lr * decay);
  weight[i] = decayed - (lr * metrics[step.slot * 8u + 5u]) * m1 / (sqrt(v1) * metrics[step.slot * 8u + 6u] + p.eps);
}
