// out = W + alpha * B Â for G layers, with Â[q, :] = lambda[k, j] A[k, :] gamma[j, :] formed while loading: RandLoRA's
// weight W', for sizes divisible by four. TRANSPOSED (in > out): out = W + alpha * (B Â)^T.
//
// PEFT pairs column q of the flattened B with row q = k * n + j of Â; the paper's formula (PAPER) has q = j * r + k. Either
// way q runs through the quick index within the slow one, so the row of A (or of gamma) that belongs to the slow index stays
// in registers. One invocation owns 8 rows x 4 columns of B Â in registers, as in matmul.vec4.wgsl; a
// workgroup of 8 x 8 owns 64 x 32, and z is the layer. lambda multiplies B's values where neighbours pass those round.
// Source: peft/tuners/randlora/layer.py get_scaled_bases; arXiv 2502.00987, eq. 4.
override TRANSPOSED: bool = false;
override PAPER: bool = false;
struct Params { D: u32, d: u32, r: u32, n: u32, ldA: u32, ldB: u32, alpha: f32 } // d, ldA and ldB in vec4
@group(0) @binding(0) var<storage, read> A: array<a4>;                 // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> weight: array<weight4>;       // B (>= D, N, r), rows ldB apart, N >= n
@group(0) @binding(2) var<storage, read> lambda: array<vec4<f32>>;     // (G, r, n)
@group(0) @binding(3) var<storage, read> gamma: array<vec4<f32>>;      // (G, n, d)
@group(0) @binding(4) var<storage, read> residual: array<residual4>;   // W (G, D, d), or (G, d, D)
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;  // like W
@group(0) @binding(6) var<uniform> p: Params;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = gid.y * 8u;
  if (row >= p.D || together(gid.x) >= p.d) { return; }
  let col = min(gid.x, p.d - 1u); // in vec4
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  let at0 = min(row + four, vec4<u32>(p.D - 1u)) * p.ldB;
  let at1 = min(row + 4u + four, vec4<u32>(p.D - 1u)) * p.ldB;
  let mine0 = own(at0, lane);
  let mine1 = own(at1, lane);
  let g_at = gid.z * p.n * p.d + col;
  let l_at = gid.z * p.r * p.n;
  let slow = select(p.r, p.n, PAPER);
  let quick = select(p.n, p.r, PAPER);
  let stride = select(p.d, p.ldA, PAPER); // of the rows that belong to the quick index
  let first = select(g_at, col, PAPER);
  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  var sum4 = vec4<f32>();
  var sum5 = vec4<f32>();
  var sum6 = vec4<f32>();
  var sum7 = vec4<f32>();
  var q = 0u; // in vec4
  for (var s = 0u; s < slow; s++) {
    var by: vec4<f32>;
    if (PAPER) { by = gamma[g_at + s * p.d]; } else { by = load_a4(s * p.ldA + col); }
    var at = first;
    for (var f = 0u; f < quick; f += 4u) {
      var l: vec4<f32>;
      if (PAPER) {
        let i = l_at + f * p.n + s + four * p.n;
        l = vec4<f32>(lambda[i.x / 4u][i.x % 4u], lambda[i.y / 4u][i.y % 4u], lambda[i.z / 4u][i.z % 4u], lambda[i.w / 4u][i.w % 4u]);
      } else {
        l = lambda[l_at / 4u + q];
      }
      var b = mat4x4<f32>(by * quick_row(at), by * quick_row(at + stride), by * quick_row(at + 2u * stride), by * quick_row(at + 3u * stride));
      var a: mat4x4<f32>;
      var c: mat4x4<f32>;
      if (SHARED) {
        a = pass_round(l * load_code4(mine0.x + q));
        c = pass_round(l * load_code4(mine1.x + q));
      } else {
        b = mat4x4<f32>(l.x * b[0], l.y * b[1], l.z * b[2], l.w * b[3]);
        a = mat4x4<f32>(load_code4(at0.x + q), load_code4(at0.y + q), load_code4(at0.z + q), load_code4(at0.w + q));
        c = mat4x4<f32>(load_code4(at1.x + q), load_code4(at1.y + q), load_code4(at1.z + q), load_code4(at1.w + q));
      }
      sum0 += b * a[0];
      sum1 += b * a[1];
      sum2 += b * a[2];
      sum3 += b * a[3];
      sum4 += b * c[0];
      sum5 += b * c[1];
      sum6 += b * c[2];
      sum7 += b * c[3];
      at += 4u * stride;
      q++;
    }
  }
  if (gid.x >= p.d) { return; }
  let size = gid.z * p.D * p.d; // vec4 of the layers before
  if (TRANSPOSED) {
    // D is a multiple of four, so the second quad of rows exists or is wholly beyond the edge.
    let t = transpose(mat4x4<f32>(sum0, sum1, sum2, sum3));
    let u = transpose(mat4x4<f32>(sum4, sum5, sum6, sum7));
    let i = size + col * p.D + row / 4u;
    let next = p.D / 4u;
    let second = row + 4u < p.D;
    store(i, t[0], true);
    store(i + 1u, u[0], second);
    store(i + next, t[1], true);
    store(i + next + 1u, u[1], second);
    store(i + 2u * next, t[2], true);
    store(i + 2u * next + 1u, u[2], second);
    store(i + 3u * next, t[3], true);
    store(i + 3u * next + 1u, u[3], second);
    return;
  }
  let i = size + row * p.d + col;
  store(i, sum0, true);
  store(i + p.d, sum1, row + 1u < p.D);
  store(i + 2u * p.d, sum2, row + 2u < p.D);
  store(i + 3u * p.d, sum3, row + 3u < p.D);
  store(i + 4u * p.d, sum4, row + 4u < p.D);
  store(i + 5u * p.d, sum5, row + 5u < p.D);
  store(i + 6u * p.d, sum6, row + 6u < p.D);
  store(i + 7u * p.d, sum7, row + 7u < p.D);
}

// The row that belongs to the quick index.
fn quick_row(i: u32) -> vec4<f32> {
  if (PAPER) { return load_a4(i); }
  return gamma[i];
}

fn store(i: u32, v: vec4<f32>, inside: bool) {
  if (inside) { out[i] = load_residual4(i) + (p.alpha * weight_scale()) * v; }
}
