// out = rot(x) of the first heads of each row, and x in the columns behind them: with the halves x1, x2 of a head,
//   out1 = x1 cos - x2 sin, out2 = x2 cos + x1 sin, where cos and sin are those of the row's position and channel.
// With BACK the angles are negative: the gradient, since a rotation's transpose is its inverse.
//
// One invocation owns one value of out, a workgroup 64. Positions beyond the table take its last row.
// Source: RoFormer (arXiv 2104.09864), in halves as transformers' rotate_half has it, not in pairs.
override BACK: bool = false;
struct Params { count: u32, width: u32, rotated: u32, half: u32, positions: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (rows, width)
@group(0) @binding(1) var<storage, read> positions: array<u32>;    // (rows)
@group(0) @binding(2) var<storage, read> table: array<f32>;        // (positions, 2, half): cos, sin
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // (rows, width)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let c = i % p.width;
  if (c >= p.rotated) {
    out[i] = x[i];
    return;
  }
  let within = c % (2u * p.half);
  let second = within >= p.half;
  let at = min(positions[i / p.width], p.positions - 1u) * 2u * p.half + within % p.half;
  let other = x[select(i + p.half, i - p.half, second)];
  let turned = select(-other, other, second != BACK);
  out[i] = x[i] * table[at] + turned * table[at + p.half];
}
