// dlogits[i, j] = ((exp(l - row_lse[i]) + exp(l - column_lse[j])) / 2 - (i == j)) * inv_count where pair j is in the
// sums of pair i, else 0.
//
// One invocation owns one value, a workgroup 64. Source: derivative of contrastive.wgsl.
struct Params { B: u32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;           // (B, B)
@group(0) @binding(1) var<storage, read> labels: array<u32>;           // (B)
@group(0) @binding(2) var<storage, read> lse: array<f32>;              // (B, 2)
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;    // (B, B)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.B * p.B) { return; }
  let i = at / p.B;
  let j = at % p.B;
  let l = logits[at];
  let g = 0.5 * (exp(max(l - lse[2u * i], -40.0)) + exp(max(l - lse[2u * j + 1u], -40.0))) - select(0.0, 1.0, i == j);
  dlogits[at] = select(0.0, g * step.inv_count, compared(i, j) && labels[i] < 0x80000000u);
}
