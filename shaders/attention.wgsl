// out = softmax(scale * q k^T [causal]) v for each batch and head; keeps lse = max + log(sum) per row.
//
// One workgroup of 64 owns ROWS query rows of one head: their scores form a strip (ROWS, T) in workgroup memory, so
// the T x T matrix never reaches storage. ROWS is chosen so that the strip fits (ops/attention.ts). Three barriers.
// Source: kernels of NVIDIA's fmha v2 for short sequences keep the score strip on chip likewise; lse as in FlashAttention-2.
override ROWS: u32 = 4u;
override STRIP: u32 = 1024u; // ROWS * T
override CAUSAL: bool = false;
struct Params { T: u32, heads: u32, d: u32, ld: u32, scale: f32 } // d and ld in lanes
@group(0) @binding(0) var<storage, read> q: array<lanes>;            // (B, T, heads * D)
@group(0) @binding(1) var<storage, read> k: array<lanes>;            // (B, T, heads * D)
@group(0) @binding(2) var<storage, read> v: array<lanes>;            // (B, T, heads * D)
@group(0) @binding(3) var<storage, read_write> out: array<lanes>;    // (B, T, heads * D)
@group(0) @binding(4) var<storage, read_write> lse: array<f32>;      // (B, heads, T)
@group(0) @binding(5) var<uniform> p: Params;

var<workgroup> strip: array<f32, STRIP>;
var<workgroup> inverse: array<f32, ROWS>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.y; // b * heads + h
  let base = (head / p.heads) * p.T * p.ld + (head % p.heads) * p.d;
  let first = wid.x * ROWS;
  let rows = min(ROWS, p.T - first);
  for (var i = lane; i < rows * p.T; i += 64u) {
    let row = i / p.T;
    let key = i % p.T;
    var acc = lanes();
    let qi = base + (first + row) * p.ld;
    let ki = base + key * p.ld;
    for (var c = 0u; c < p.d; c++) { acc += q[qi + c] * k[ki + c]; }
    var s = sum_lanes(acc) * p.scale;
    if (CAUSAL && key > first + row) { s = -1e30; }
    strip[i] = s;
  }
  workgroupBarrier();
  if (lane < rows) {
    let at = lane * p.T;
    var m = strip[at];
    for (var i = 1u; i < p.T; i++) { m = max(m, strip[at + i]); }
    var l = 0.0;
    for (var i = 0u; i < p.T; i++) {
      let e = exp(max(strip[at + i] - m, -80.0));
      // Masked keys must be exactly zero, not exp(-80).
      let kept = select(e, 0.0, CAUSAL && i > first + lane);
      strip[at + i] = kept;
      l += kept;
    }
    inverse[lane] = 1.0 / l;
    lse[head * p.T + first + lane] = m + log(l);
  }
  workgroupBarrier();
  for (var i = lane; i < rows * p.d; i += 64u) {
    let row = i / p.d;
    let c = i % p.d;
    var acc = lanes();
    for (var key = 0u; key < p.T; key++) { acc += strip[row * p.T + key] * v[base + key * p.ld + c]; }
    out[base + (first + row) * p.ld + c] = acc * inverse[row];
  }
}
