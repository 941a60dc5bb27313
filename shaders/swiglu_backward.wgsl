// dx[r, c] = dout[r, c] * x[r, F + c] * silu'(x[r, c]) and dx[r, F + c] = dout[r, c] * silu(x[r, c]),
// with silu'(g) = s + g s (1 - s), s = sigmoid(g).
//
// One invocation owns one lane (four values or one) of dout and writes both of its places in dx, a workgroup 64. Source: derivative of swiglu.wgsl.
struct Params { count: u32, width: u32 } // in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;           // (rows, 2 * width)
@group(0) @binding(1) var<storage, read> dout: array<lanes>;        // (rows, width)
@group(0) @binding(2) var<storage, read_write> dx: array<lanes>;    // (rows, 2 * width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let at = 2u * (i - i % p.width) + i % p.width;
  let gate = x[at];
  let s = sigmoid(gate);
  dx[at] = dout[i] * x[at + p.width] * (s + gate * s * (1.0 - s));
  dx[at + p.width] = dout[i] * gate * s;
}
