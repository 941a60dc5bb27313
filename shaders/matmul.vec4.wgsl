// out = act(alpha * op(x) op(weight) + bias) + residual, with vec4 loads, for sizes and strides divisible by four.
//
// MODE 0 (nn): x (M, K), weight (K, N).  MODE 1 (nt): x (M, K), weight (N, K).  MODE 2 (tn): x (K, M), weight (K, N).
// MODE 3 (tt): x (K, M), weight (N, K).
// Rows of x, weight and out are ldx, ldw, ldo elements apart. Batch z = outer * heads + inner starts at
// outer * *_outer + inner * *_inner. One invocation owns 8 rows x 4 columns of out in registers and reads straight
// from storage: no workgroup memory, no barrier, which is the fastest form on software adapters and sound on GPUs
// (kernels that stage tiles are a later twin). A workgroup of 8 x 8 owns 64 x 32. Accumulation in f32. Four invocations
// side by side want the same rows of x: how they get them is in lib/share.none.wgsl or lib/share.quads.wgsl.
// Source: register tiling after jott.live's m1_webgpu_perf and jax-js; epilogues as in llm.c. Plain form: matmul.wgsl.
override MODE: u32 = 0u;
override BIAS: bool = false;      // add bias[n]
override ACT: u32 = 0u;           // lib/activation.wgsl
override PRE: bool = false;       // keep the value before the activation in pre
override RESIDUAL: bool = false;  // add residual (same layout as out)

struct Params {
  M: u32, N: u32, K: u32, heads: u32,
  ldx: u32, ldw: u32, ldo: u32,   // in vec4
  x_outer: u32, x_inner: u32, w_outer: u32, w_inner: u32, o_outer: u32, o_inner: u32, // in vec4
  alpha: f32,
  accumulate: u32,
}
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weight: array<weight4>;
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;       // (N)
@group(0) @binding(3) var<storage, read> residual: array<vec4<f32>>;   // like out
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;  // (batch, M, N), rows ldo apart
@group(0) @binding(5) var<storage, read_write> pre: array<vec4<f32>>;  // like out
@group(0) @binding(6) var<uniform> p: Params;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = gid.y * 8u;
  let col = gid.x; // in vec4
  if (row >= p.M || together(col) * 4u >= p.N) { return; }
  let outer = gid.z / p.heads;
  let inner = gid.z % p.heads;
  let xb = outer * p.x_outer + inner * p.x_inner;
  let wb = outer * p.w_outer + inner * p.w_inner;
  let ob = outer * p.o_outer + inner * p.o_inner;

  // Where the rows' first four k lie. Rows beyond the edge read the last one and are not stored, and so do columns.
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  var at0: vec4<u32>;
  var at1: vec4<u32>;
  var x_step = 1u; // for the next four k
  if (MODE < 2u) {
    at0 = xb + min(row + four, vec4<u32>(p.M - 1u)) * p.ldx;
    at1 = xb + min(row + 4u + four, vec4<u32>(p.M - 1u)) * p.ldx;
  } else {
    // M is a multiple of four, so the second quad of rows exists or is wholly beyond the edge.
    at0 = xb + row / 4u + four * p.ldx;
    at1 = at0 + select(0u, 1u, row + 4u < p.M);
    x_step = 4u * p.ldx;
  }
  let mine0 = own(at0, lane);
  let mine1 = own(at1, lane);
  let w_across = MODE == 1u || MODE == 3u; // a row of weight is a column of out
  let w_col = min(col, p.N / 4u - 1u);
  var wi = wb + select(w_col, w_col * 4u * p.ldw, w_across);
  let w_step = select(4u * p.ldw, 1u, w_across);
  var acc0 = vec4<f32>();
  var acc1 = vec4<f32>();
  var acc2 = vec4<f32>();
  var acc3 = vec4<f32>();
  var acc4 = vec4<f32>();
  var acc5 = vec4<f32>();
  var acc6 = vec4<f32>();
  var acc7 = vec4<f32>();
  var xi = 0u;
  for (var k = 0u; k < p.K / 4u; k++) {
    // Transposed in registers where they are stored the other way, so that the products are the same in every mode.
    var b = mat4x4<f32>(load_weight4(wi), load_weight4(wi + p.ldw), load_weight4(wi + 2u * p.ldw), load_weight4(wi + 3u * p.ldw));
    if (w_across) { b = transpose(b); }
    var a = load_x4(mine0, xi);
    var c = load_x4(mine1, xi);
    if (MODE >= 2u) {
      a = transpose(a);
      c = transpose(c);
    }
    acc0 += b * a[0];
    acc1 += b * a[1];
    acc2 += b * a[2];
    acc3 += b * a[3];
    acc4 += b * c[0];
    acc5 += b * c[1];
    acc6 += b * c[2];
    acc7 += b * c[3];
    xi += x_step;
    wi += w_step;
  }
  if (MODE == 2u) {
    // Only here K need not be a multiple of four.
    for (var k = p.K / 4u * 4u; k < p.K; k++) {
      let a = x[xb + k * p.ldx + row / 4u];
      let c = x[xb + k * p.ldx + row / 4u + select(0u, 1u, row + 4u < p.M)];
      let b = load_weight4(wi);
      acc0 += a.x * b; acc1 += a.y * b; acc2 += a.z * b; acc3 += a.w * b;
      acc4 += c.x * b; acc5 += c.y * b; acc6 += c.z * b; acc7 += c.w * b;
      wi += p.ldw;
    }
  }
  if (col * 4u >= p.N) { return; }
  store(row + 0u, col, ob, acc0);
  store(row + 1u, col, ob, acc1);
  store(row + 2u, col, ob, acc2);
  store(row + 3u, col, ob, acc3);
  store(row + 4u, col, ob, acc4);
  store(row + 5u, col, ob, acc5);
  store(row + 6u, col, ob, acc6);
  store(row + 7u, col, ob, acc7);
}

fn load_x4(mine: vec4<u32>, offset: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(x[mine.x + offset]); }
  return mat4x4<f32>(x[mine.x + offset], x[mine.y + offset], x[mine.z + offset], x[mine.w + offset]);
}

fn store(row: u32, col: u32, ob: u32, acc: vec4<f32>) {
  if (row >= p.M) { return; }
  let i = ob + row * p.ldo + col;
  var v = p.alpha * acc;
  if (BIAS) { v += bias[col]; }
  if (PRE) { pre[i] = v; }
  if (ACT != 0u) { v = vec4<f32>(activate(ACT, v.x), activate(ACT, v.y), activate(ACT, v.z), activate(ACT, v.w)); }
  if (RESIDUAL) { v += residual[i]; }
  if (keeps(p.accumulate)) { v += out[i]; }
  out[i] = v;
}
