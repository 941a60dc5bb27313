// out[r, c] = silu(x[r, c]) * x[r, F + c]: the first half of a row is the gate, the second half goes through it.
//
// One invocation owns one lane (four values or one) of out, a workgroup 64. Source: transformers Dinov2SwiGLUFFN (arXiv 2002.05202).
struct Params { count: u32, width: u32 } // in lanes
@group(0) @binding(0) var<storage, read> x: array<lanes>;            // (rows, 2 * width)
@group(0) @binding(1) var<storage, read_write> out: array<lanes>;    // (rows, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let at = 2u * (i - i % p.width) + i % p.width;
  let gate = x[at];
  out[i] = gate * sigmoid(gate) * x[at + p.width];
}
