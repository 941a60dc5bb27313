// out = act(alpha * op(x) op(weight) + bias) + residual, with vec4 loads, for sizes and strides divisible by four.
//
// One invocation owns 8 rows x 4 columns of out in registers and reads straight from storage: no workgroup memory, no
// barrier. A workgroup of 8 x 8 owns 64 x 32. Accumulation in f32. Only where x is transposed and weight is not (MODE 2) K
// need not be a multiple of four. Operands: lib/product.wgsl; its end: lib/epilogue.wgsl, lib/tile_stats.wgsl. The other forms of the same product
// are matmul.rows16.wgsl, matmul.rows32.wgsl and matmul.staged.wgsl.
// Source: register tiling after jott.live's m1_webgpu_perf and jax-js; epilogues as in llm.c. Plain form: matmul.wgsl.
@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(global_invocation_id) gid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  multiply(gid, lane);
  write_tile_stats(p.first + wid.y * 64u, 64u, wid.x, 1u, lane, 64u);
}

fn multiply(gid: vec3<u32>, lane: u32) {
  let row = p.first + gid.y * 8u;
  let col = gid.x; // in vec4
  if (row >= p.M || together(col) * 4u >= p.N) { return; }
  let first = starts(gid.z);
  let rows = own8(row_starts(first.x, row), row_starts(first.x, row + 4u), lane);
  var wi = col_start(first.y, col);
  var xi = 0u;
  var acc0 = mat4x4<f32>();
  var acc1 = mat4x4<f32>();
  for (var k = 0u; k < p.K / 4u; k++) {
    let b = load_w(wi);
    let a = load8(rows, xi);
    acc0 += b * a.lo;
    acc1 += b * a.hi;
    xi += x_step();
    wi += w_step();
  }
  if (MODE == 2u) {
    let lo = row_starts(first.x, row).x;
    let hi = row_starts(first.x, row + 4u).x;
    for (var k = p.K / 4u * 4u; k < p.K; k++) {
      let b = load_weight4(wi);
      let a = x[lo + k * p.ldx];
      let c = x[hi + k * p.ldx];
      acc0 += mat4x4<f32>(a.x * b, a.y * b, a.z * b, a.w * b);
      acc1 += mat4x4<f32>(c.x * b, c.y * b, c.z * b, c.w * b);
      wi += p.ldw;
    }
  }
  store4(row, col, first.z, acc0);
  store4(row + 4u, col, first.z, acc1);
}
