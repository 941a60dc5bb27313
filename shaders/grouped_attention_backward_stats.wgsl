// stats[b, h, t] = (lse, delta), with delta = sum over the head's channels of dout * out: what makes dS = P * (dP - delta) local. Where the
// attention's result was not kept, delta = sum over the keys of P * dP, which is the same: dP = dout v^T.
//
// One invocation owns one (b, h, t) from `first` on (ops/cut.ts), a workgroup 64. Source: FlashAttention-2 (arXiv 2307.08691), section 3.1.
override KEPT: bool = false;
// In lanes: d; rows of q, of k and v, and of out and dout; and the column where each begins.
struct Params {
  T: u32, heads: u32, group: u32, d: u32, ld_q: u32, ld_kv: u32, ld_out: u32, q_at: u32, k_at: u32, v_at: u32,
  first: u32, count: u32,
  scale: f32,
}
@group(0) @binding(0) var<storage, read> q: array<lanes>;                 // (B, T, heads * D), rows ld_q apart, from q_at on; not read where KEPT
@group(0) @binding(1) var<storage, read> k: array<lanes>;                 // (B, T, heads / group * D), likewise
@group(0) @binding(2) var<storage, read> v: array<lanes>;                 // likewise
@group(0) @binding(3) var<storage, read> spans: array<u32>;               // (B, T, 3): from, until, document
@group(0) @binding(4) var<storage, read> out: array<lanes>;               // (B, T, heads * D), where KEPT
@group(0) @binding(5) var<storage, read> dout: array<lanes>;              // (B, T, heads * D)
@group(0) @binding(6) var<storage, read> lse: array<f32>;                 // (B, heads, T)
@group(0) @binding(7) var<storage, read_write> stats: array<vec2<f32>>;   // (B, heads, T)
@group(0) @binding(8) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = p.first + flat_index(gid, groups);
  if (i >= p.count) { return; }
  let t = i % p.T;
  let image = i / p.T / p.heads * p.T;
  let head = i / p.T % p.heads;
  let base = (image + t) * p.ld_out + head * p.d;
  var acc = 0.0;
  if (KEPT) {
    for (var c = 0u; c < p.d; c++) { acc += dot(wide(out[base + c]), wide(dout[base + c])); }
  } else {
    let q_base = p.q_at + (image + t) * p.ld_q + head * p.d;
    let column = head / p.group * p.d;
    let document = spans[3u * (image + t) + 2u];
    for (var key = spans[3u * (image + t)]; key <= t; key++) {
      if (spans[3u * (image + key) + 2u] != document) { continue; }
      let row = (image + key) * p.ld_kv + column;
      var s = 0.0;
      var f = 0.0;
      for (var c = 0u; c < p.d; c++) {
        s += dot(wide(q[q_base + c]), wide(k[p.k_at + row + c]));
        f += dot(wide(dout[base + c]), wide(v[p.v_at + row + c]));
      }
      acc += exp(clamp(s * p.scale - lse[i], -40.0, 40.0)) * f;
    }
  }
  stats[i] = vec2<f32>(lse[i], acc);
}
