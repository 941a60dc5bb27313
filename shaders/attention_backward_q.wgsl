// dq = scale * dS k, dS = P * (dout v^T - delta), P = exp(scale * q k^T - lse) recomputed.
//
// One workgroup of 64 owns ROWS query rows of one head; dS is a strip (ROWS, T) in workgroup memory. No atomics,
// fixed order, no T x T scratch in storage. Source: FlashAttention-2, algorithm 2, split by rows and columns.
override ROWS: u32 = 4u;
override STRIP: u32 = 1024u; // ROWS * T
override CAUSAL: bool = false;
struct Params { T: u32, heads: u32, d: u32, ld: u32, scale: f32 } // d and ld in lanes
@group(0) @binding(0) var<storage, read> q: array<lanes>;          // (B, T, heads * D)
@group(0) @binding(1) var<storage, read> k: array<lanes>;
@group(0) @binding(2) var<storage, read> v: array<lanes>;
@group(0) @binding(3) var<storage, read> dout: array<lanes>;
@group(0) @binding(4) var<storage, read> lse: array<f32>;          // (B, heads, T)
@group(0) @binding(5) var<storage, read> delta: array<f32>;        // (B, heads, T)
@group(0) @binding(6) var<storage, read_write> dq: array<lanes>;
@group(0) @binding(7) var<uniform> p: Params;

var<workgroup> strip: array<f32, STRIP>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.y;
  let base = (head / p.heads) * p.T * p.ld + (head % p.heads) * p.d;
  let first = wid.x * ROWS;
  let rows = min(ROWS, p.T - first);
  for (var i = lane; i < rows * p.T; i += 64u) {
    let row = first + i / p.T;
    let key = i % p.T;
    let qi = base + row * p.ld;
    let ki = base + key * p.ld;
    var s = lanes();
    var dp = lanes();
    for (var c = 0u; c < p.d; c++) {
      s += q[qi + c] * k[ki + c];
      dp += dout[qi + c] * v[ki + c];
    }
    let prob = exp(clamp(sum_lanes(s) * p.scale - lse[head * p.T + row], -80.0, 80.0));
    let ds = prob * (sum_lanes(dp) - delta[head * p.T + row]) * p.scale;
    strip[i] = select(ds, 0.0, CAUSAL && key > row);
  }
  workgroupBarrier();
  for (var i = lane; i < rows * p.d; i += 64u) {
    let row = i / p.d;
    let c = i % p.d;
    var acc = lanes();
    for (var key = 0u; key < p.T; key++) { acc += strip[row * p.T + key] * k[base + key * p.ld + c]; }
    dq[base + (first + row) * p.ld + c] = acc;
  }
}
