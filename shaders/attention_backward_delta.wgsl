// stats[b, h, t] = (lse, delta) with delta = sum over the head's channels of dout * out, which makes dS = P * (dP - delta) local: what
// the backward wants of a query, in one binding.
//
// One invocation owns one (b, h, t), a workgroup 64. Source: FlashAttention-2, section 3.1.
struct Params { T: u32, heads: u32, d: u32, ld: u32, count: u32 } // d and ld in lanes
@group(0) @binding(0) var<storage, read> out: array<lanes>;          // (B, T, heads * D)
@group(0) @binding(1) var<storage, read> dout: array<lanes>;         // (B, T, heads * D)
@group(0) @binding(2) var<storage, read> lse: array<f32>;            // (B, heads, T)
@group(0) @binding(3) var<storage, read_write> stats: array<vec2<f32>>; // (B, heads, T)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let t = i % p.T;
  let head = i / p.T;
  let base = ((head / p.heads) * p.T + t) * p.ld + (head % p.heads) * p.d;
  var acc = 0.0;
  for (var c = 0u; c < p.d; c++) { acc += dot(wide(out[base + c]), wide(dout[base + c])); }
  stats[i] = vec2<f32>(lse[i], acc);
}
