// out = act(alpha * op(x) op(weight) + bias) + residual, as matmul.vec4.wgsl, by subgroup matrices.
//
// A workgroup of 128, four subgroups of 32, owns 64 x 32 and goes along K in steps of 16, staged through workgroup memory as in
// matmul.staged.wgsl; a subgroup owns 16 x 32, in matrices of SIDE_M x SIDE_N (lib/matrix.*.wgsl). The sums go through workgroup
// memory to invocations that own 4 x 4 each, since a matrix cannot be looked into. Accumulation in f32; any K where both
// operands have rows along k (MODE 2), else K is a multiple of four.
// Never executed as it is: there was no such adapter at hand (subgroupMatrix.test.ts says what was checked).
// Source: Dawn's docs/dawn/features/subgroup_matrix.md; tiles as in ggml-webgpu's subgroup matrix products.
const STEP = 16u;
const ROWS = 64u;
const COLS = 32u;
var<workgroup> xs: array<factor, ROWS * STEP>; // (row, k)
var<workgroup> ws: array<factor, STEP * COLS>; // (k, column)
var<workgroup> sums: array<f32, ROWS * COLS>;  // (row, column)

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let first = starts(wid.z);
  let top = p.first + wid.y * ROWS;
  // 64 blocks of 4 x 4 of x, then 32 of weight.
  let of_x = lane < 64u;
  let block = select(lane - 64u, lane, of_x);
  let at = block / 4u;        // which four rows, or columns, of the tile
  let k4 = 4u * (block % 4u);
  let rows = row_starts(first.x, top + at * 4u);
  let cols = col_start(first.y, wid.x * COLS / 4u + at);
  let own = 16u * (lane / 32u); // the subgroup's first row of the tile
  var acc: array<array<sum_matrix, COLS / SIDE_N>, 16u / SIDE_M>;
  for (var k = 0u; k < p.K; k += STEP) {
    if (of_x) {
      let b = x_block(rows, k + k4);
      keep_x(at, k4, b[0]);
      keep_x(at, k4 + 1u, b[1]);
      keep_x(at, k4 + 2u, b[2]);
      keep_x(at, k4 + 3u, b[3]);
    } else if (lane < 96u) {
      let b = w_block(cols, k + k4);
      keep_w(at, k4, b[0]);
      keep_w(at, k4 + 1u, b[1]);
      keep_w(at, k4 + 2u, b[2]);
      keep_w(at, k4 + 3u, b[3]);
    }
    workgroupBarrier();
    for (var s = 0u; s < STEP; s += SIDE_K) {
      for (var i = 0u; i < 16u / SIDE_M; i++) {
        let l = subgroupMatrixLoad<left_matrix, row_major>(&xs, (own + i * SIDE_M) * STEP + s, STEP);
        for (var j = 0u; j < COLS / SIDE_N; j++) {
          let r = subgroupMatrixLoad<right_matrix, row_major>(&ws, s * COLS + j * SIDE_N, COLS);
          acc[i][j] = subgroupMatrixMultiplyAccumulate(l, r, acc[i][j]);
        }
      }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 16u / SIDE_M; i++) {
    for (var j = 0u; j < COLS / SIDE_N; j++) {
      subgroupMatrixStore<row_major>(&sums, (own + i * SIDE_M) * COLS + j * SIDE_N, acc[i][j], COLS);
    }
  }
  workgroupBarrier();
  let row = lane / 8u * 4u;
  let col = lane % 8u;
  store4(top + row, wid.x * COLS / 4u + col, first.z, mat4x4<f32>(sum4(row, col), sum4(row + 1u, col), sum4(row + 2u, col), sum4(row + 3u, col)));
  write_tile_stats(top, ROWS, wid.x, 1u, lane, 128u);
}

// One k of the at-th four rows of x, and of the at-th four columns of weight.
fn keep_x(at: u32, k: u32, four: vec4<f32>) {
  for (var i = 0u; i < 4u; i++) { xs[(at * 4u + i) * STEP + k] = factor(four[i]); }
}
fn keep_w(at: u32, k: u32, four: vec4<f32>) {
  for (var i = 0u; i < 4u; i++) { ws[k * COLS + at * 4u + i] = factor(four[i]); }
}

fn sum4(row: u32, col: u32) -> vec4<f32> {
  let i = row * COLS + col * 4u;
  return vec4<f32>(sums[i], sums[i + 1u], sums[i + 2u], sums[i + 3u]);
}
