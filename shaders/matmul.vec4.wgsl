// out = act(alpha * op(x) op(weight) + bias) + residual, with vec4 loads, for sizes and strides divisible by four.
//
// MODE 0 (nn): x (M, K), weight (K, N).  MODE 1 (nt): x (M, K), weight (N, K).  MODE 2 (tn): x (K, M), weight (K, N).
// MODE 3 (tt): x (K, M), weight (N, K).
// Rows of x, weight and out are ldx, ldw, ldo elements apart. Batch z = outer * heads + inner starts at
// outer * *_outer + inner * *_inner. One invocation owns 8 rows x 4 columns of out in registers and reads straight
// from storage: no workgroup memory, no barrier, which is the fastest form on software adapters and sound on GPUs
// (kernels that stage tiles are a later twin). A workgroup of 8 x 8 owns 64 x 32. Accumulation in f32.
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
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let row = gid.y * 8u;
  let col = gid.x; // in vec4
  if (row >= p.M || col * 4u >= p.N) { return; }
  let outer = gid.z / p.heads;
  let inner = gid.z % p.heads;
  let xb = outer * p.x_outer + inner * p.x_inner;
  let wb = outer * p.w_outer + inner * p.w_inner;
  let ob = outer * p.o_outer + inner * p.o_inner;
  var acc0 = vec4<f32>();
  var acc1 = vec4<f32>();
  var acc2 = vec4<f32>();
  var acc3 = vec4<f32>();
  var acc4 = vec4<f32>();
  var acc5 = vec4<f32>();
  var acc6 = vec4<f32>();
  var acc7 = vec4<f32>();

  if (MODE == 2u) {
    // M is a multiple of four, so the second quad of rows exists or is wholly beyond the edge.
    var xi = xb + row / 4u;
    let second = select(0u, 1u, row + 4u < p.M);
    var wi = wb + col;
    for (var k = 0u; k < p.K; k++) {
      let a = x[xi];
      let c = x[xi + second];
      let b = load_weight4(wi);
      acc0 += a.x * b; acc1 += a.y * b; acc2 += a.z * b; acc3 += a.w * b;
      acc4 += c.x * b; acc5 += c.y * b; acc6 += c.z * b; acc7 += c.w * b;
      xi += p.ldx;
      wi += p.ldw;
    }
  } else if (MODE == 3u) {
    let second = select(0u, 1u, row + 4u < p.M);
    let wi = wb + col * 4u * p.ldw;
    var xi = xb + row / 4u;
    for (var k = 0u; k < p.K / 4u; k++) {
      let t0 = load_weight4(wi + k);
      let t1 = load_weight4(wi + p.ldw + k);
      let t2 = load_weight4(wi + 2u * p.ldw + k);
      let t3 = load_weight4(wi + 3u * p.ldw + k);
      for (var q = 0u; q < 4u; q++) {
        let a = x[xi];
        let c = x[xi + second];
        let b = vec4<f32>(t0[q], t1[q], t2[q], t3[q]);
        acc0 += a.x * b; acc1 += a.y * b; acc2 += a.z * b; acc3 += a.w * b;
        acc4 += c.x * b; acc5 += c.y * b; acc6 += c.z * b; acc7 += c.w * b;
        xi += p.ldx;
      }
    }
  } else {
    // Rows beyond the edge read the last one and are not stored.
    let last = p.M - 1u;
    var x0 = xb + min(row + 0u, last) * p.ldx;
    var x1 = xb + min(row + 1u, last) * p.ldx;
    var x2 = xb + min(row + 2u, last) * p.ldx;
    var x3 = xb + min(row + 3u, last) * p.ldx;
    var x4 = xb + min(row + 4u, last) * p.ldx;
    var x5 = xb + min(row + 5u, last) * p.ldx;
    var x6 = xb + min(row + 6u, last) * p.ldx;
    var x7 = xb + min(row + 7u, last) * p.ldx;
    let k4 = p.K / 4u;
    if (MODE == 0u) {
      var wi = wb + col;
      for (var k = 0u; k < k4; k++) {
        let b0 = load_weight4(wi);
        let b1 = load_weight4(wi + p.ldw);
        let b2 = load_weight4(wi + 2u * p.ldw);
        let b3 = load_weight4(wi + 3u * p.ldw);
        { let a = x[x0 + k]; acc0 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x1 + k]; acc1 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x2 + k]; acc2 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x3 + k]; acc3 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x4 + k]; acc4 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x5 + k]; acc5 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x6 + k]; acc6 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x7 + k]; acc7 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        wi += 4u * p.ldw;
      }
    } else {
      let wi = wb + col * 4u * p.ldw;
      for (var k = 0u; k < k4; k++) {
        // Transposed in registers, so that the inner products are the same as above.
        let t0 = load_weight4(wi + k);
        let t1 = load_weight4(wi + p.ldw + k);
        let t2 = load_weight4(wi + 2u * p.ldw + k);
        let t3 = load_weight4(wi + 3u * p.ldw + k);
        let b0 = vec4<f32>(t0.x, t1.x, t2.x, t3.x);
        let b1 = vec4<f32>(t0.y, t1.y, t2.y, t3.y);
        let b2 = vec4<f32>(t0.z, t1.z, t2.z, t3.z);
        let b3 = vec4<f32>(t0.w, t1.w, t2.w, t3.w);
        { let a = x[x0 + k]; acc0 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x1 + k]; acc1 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x2 + k]; acc2 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x3 + k]; acc3 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x4 + k]; acc4 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x5 + k]; acc5 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x6 + k]; acc6 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
        { let a = x[x7 + k]; acc7 += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }
      }
    }
  }
  store(row + 0u, col, ob, acc0);
  store(row + 1u, col, ob, acc1);
  store(row + 2u, col, ob, acc2);
  store(row + 3u, col, ob, acc3);
  store(row + 4u, col, ob, acc4);
  store(row + 5u, col, ob, acc5);
  store(row + 6u, col, ob, acc6);
  store(row + 7u, col, ob, acc7);
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
