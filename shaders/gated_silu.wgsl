// out = silu(gate) * up = gate * sigmoid(gate) * up.
//
// One invocation owns one lane, four values or one, a workgroup 64. Source: transformers LlamaMLP (arXiv 2002.05202).
struct Params { count: u32 } // in lanes
@group(0) @binding(0) var<storage, read> gate: array<lanes>;         // (count)
@group(0) @binding(1) var<storage, read> up: array<lanes>;           // (count)
@group(0) @binding(2) var<storage, read_write> out: array<lanes>;    // (count)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  out[i] = gate[i] * sigmoid(gate[i]) * up[i];
}
