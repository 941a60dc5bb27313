// dv = P^T dout and dk = scale * dS^T q, with P and dS as in attention_backward_q.wgsl.
//
// One workgroup of 64 owns ROWS keys of one head; P and dS are two strips (ROWS, T) over the queries in workgroup
// memory. No atomics, fixed order. Source: FlashAttention-2, algorithm 2, split by rows and columns.
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
@group(0) @binding(6) var<storage, read_write> dk: array<lanes>;
@group(0) @binding(7) var<storage, read_write> dv: array<lanes>;
@group(0) @binding(8) var<uniform> p: Params;

var<workgroup> probs: array<f32, STRIP>;
var<workgroup> grads: array<f32, STRIP>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.y;
  let base = (head / p.heads) * p.T * p.ld + (head % p.heads) * p.d;
  let first = wid.x * ROWS;
  let rows = min(ROWS, p.T - first);
  for (var i = lane; i < rows * p.T; i += 64u) {
    let key = first + i / p.T;
    let row = i % p.T;
    let qi = base + row * p.ld;
    let ki = base + key * p.ld;
    var s = lanes();
    var dp = lanes();
    for (var c = 0u; c < p.d; c++) {
      s += q[qi + c] * k[ki + c];
      dp += dout[qi + c] * v[ki + c];
    }
    let at = head * p.T + row;
    let masked = CAUSAL && key > row;
    let prob = select(exp(clamp(sum_lanes(s) * p.scale - lse[at], -80.0, 80.0)), 0.0, masked);
    probs[i] = prob;
    grads[i] = prob * (sum_lanes(dp) - delta[at]) * p.scale;
  }
  workgroupBarrier();
  for (var i = lane; i < rows * p.d; i += 64u) {
    let key = i / p.d;
    let c = i % p.d;
    var gk = lanes();
    var gv = lanes();
    for (var row = 0u; row < p.T; row++) {
      let at = base + row * p.ld + c;
      gk += grads[key * p.T + row] * q[at];
      gv += probs[key * p.T + row] * dout[at];
    }
    dk[base + (first + key) * p.ld + c] = gk;
    dv[base + (first + key) * p.ld + c] = gv;
  }
}
