// out[row, v] = sum over t of weight[row, t] bank[number[row, t], v], laid out in groups of `across` rows whose index comes last:
// out[(row / across * L + v) * across + row % across].
//
// One invocation owns one value, a workgroup 64. Source: VB-LoRA (arXiv 2405.15179), eq. 4.
struct Params { count: u32, L: u32, topk: u32, across: u32 }
@group(0) @binding(0) var<storage, read> picked: array<f32>;        // (rows, 2, topk): numbers, weights
@group(0) @binding(1) var<storage, read> bank: array<f32>;          // (N, L)
@group(0) @binding(2) var<storage, read_write> out: array<f32>;     // rows L values
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let block = i / p.across;
  let row = block / p.L * p.across + i % p.across;
  let first = row * 2u * p.topk;
  var s = 0.0;
  for (var t = 0u; t < p.topk; t++) { s += picked[first + p.topk + t] * bank[u32(picked[first + t]) * p.L + block % p.L]; }
  out[i] = s;
}
