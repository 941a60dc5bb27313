// dgate = dout * up * silu'(gate) and dup = dout * silu(gate), with silu'(g) = s + g s (1 - s), s = sigmoid(g).
//
// One invocation owns one lane, four values or one, a workgroup 64. Source: derivative of gated_silu.wgsl.
struct Params { count: u32 } // in lanes
@group(0) @binding(0) var<storage, read> gate: array<lanes>;          // (count)
@group(0) @binding(1) var<storage, read> up: array<lanes>;            // (count)
@group(0) @binding(2) var<storage, read> dout: array<lanes>;          // (count)
@group(0) @binding(3) var<storage, read_write> dgate: array<lanes>;   // (count)
@group(0) @binding(4) var<storage, read_write> dup: array<lanes>;     // (count)
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let s = sigmoid(gate[i]);
  dgate[i] = dout[i] * up[i] * (s + gate[i] * s * (1.0 - s));
  dup[i] = dout[i] * gate[i] * s;
}
