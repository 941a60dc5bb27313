// out = act(alpha * op(x) op(weight) + bias) + residual, for any sizes and strides, batched over z.
//
// x is (M, K) read at m * xm + k * xk, weight is (K, N) read at k * wk + n * wn, so one kernel serves every
// transposition. Batch z = outer * heads + inner starts at outer * *_outer + inner * *_inner (attention heads lie
// side by side in a row). A dispatch owns rows of out from `first` on (ops/cut.ts). One invocation owns a 4 x 4 block
// of out; a workgroup of 8 x 8 owns 32 x 32.
// Accumulation in f32; its end is in lib/epilogue.wgsl. The fast twin for sizes divisible by four is matmul.vec4.wgsl.
// Source: register tiling after jott.live and tfjs (see README, kernels); epilogues as in llm.c.
struct Params {
  M: u32, N: u32, K: u32, heads: u32,
  xm: u32, xk: u32, wk: u32, wn: u32, om: u32,
  x_outer: u32, x_inner: u32, w_outer: u32, w_inner: u32, o_outer: u32, o_inner: u32,
  alpha: f32,
  accumulate: u32,
  first: u32,
}
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (batch, M, K) by strides
@group(0) @binding(1) var<storage, read> weight: array<weight1>;   // (batch, K, N) by strides
@group(0) @binding(6) var<uniform> p: Params;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let row = p.first + gid.y * 4u;
  let col = gid.x * 4u;
  if (row >= p.M || col >= p.N) { return; }
  let outer = gid.z / p.heads;
  let inner = gid.z % p.heads;
  let xb = outer * p.x_outer + inner * p.x_inner;
  let wb = outer * p.w_outer + inner * p.w_inner;
  let ob = outer * p.o_outer + inner * p.o_inner;
  // Rows and columns beyond the edge read the last one and are not stored.
  let r = min(vec4<u32>(row, row + 1u, row + 2u, row + 3u), vec4<u32>(p.M - 1u)) * p.xm + xb;
  let c = min(vec4<u32>(col, col + 1u, col + 2u, col + 3u), vec4<u32>(p.N - 1u)) * p.wn + wb;
  var acc0 = vec4<f32>(); var acc1 = vec4<f32>(); var acc2 = vec4<f32>(); var acc3 = vec4<f32>();
  var xk = 0u;
  var wk = 0u;
  for (var k = 0u; k < p.K; k++) {
    let b = vec4<f32>(load_weight(c.x + wk), load_weight(c.y + wk), load_weight(c.z + wk), load_weight(c.w + wk));
    acc0 += x[r.x + xk] * b;
    acc1 += x[r.y + xk] * b;
    acc2 += x[r.z + xk] * b;
    acc3 += x[r.w + xk] * b;
    xk += p.xk;
    wk += p.wk;
  }
  store(row, col, ob, acc0);
  store(row + 1u, col, ob, acc1);
  store(row + 2u, col, ob, acc2);
  store(row + 3u, col, ob, acc3);
}

fn store(row: u32, col: u32, ob: u32, acc: vec4<f32>) {
  if (row >= p.M) { return; }
  for (var j = 0u; j < min(4u, p.N - col); j++) { finish(ob + row * p.om + col + j, col + j, acc[j]); }
}
