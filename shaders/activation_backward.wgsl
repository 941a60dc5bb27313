// dx = dout * act'(x) + previous, element by element (lib/activation.wgsl).
//
// One invocation owns one lane, four elements or one, a workgroup 64. Source: derivative of transformers ACT2FN.
override ACT: u32 = 1u;
override ADD: bool = false; // add previous
struct Params { count: u32 } // in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;
@group(0) @binding(1) var<storage, read> dout: array<lanes>;
@group(0) @binding(2) var<storage, read> previous: array<lanes>;
@group(0) @binding(3) var<storage, read_write> dx: array<lanes>;
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  var d = dout[i] * activate_grad(ACT, x[i]);
  if (ADD) { d += previous[i]; }
  dx[i] = d;
}
