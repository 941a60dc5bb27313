// out = act(alpha * op(x) op(weight) + bias) + residual, as matmul.vec4.wgsl, staged through workgroup memory.
//
// One invocation owns 4 x 4 of out; a workgroup of 8 x 8 (lib/tile32.wgsl) owns 32 x 32, one of 16 x 16 (lib/tile64.wgsl)
// 64 x 64, and goes along K in steps of 16. Each step a part of the invocations loads one block of 4 x 4 of x, others one of
// weight; both are turned so that k comes first (lib/blocks.wgsl). Rows are padded by one vec4 against bank conflicts. Any K
// where both have rows along k (MODE 2), else K is a multiple of four.
// Source: TVM's dlight, tfjs and ggml-webgpu came to 32 x 32 by 64 on their own; 64 x 64 by 256 as in ExecuTorch.
const STEP = 16u;
const PITCH = SIDE + 1u; // vec4 from one k to the next
const BLOCKS = SIDE * STEP / 4u; // blocks of 4 x 4 of one operand in a step
var<workgroup> xs: array<factor4, STEP * PITCH>; // (k, row)
var<workgroup> ws: array<factor4, STEP * PITCH>; // (k, column)

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_id) lid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let first = starts(wid.z);
  let top = p.first + wid.y * SIDE * 4u;
  let of_x = lane < BLOCKS;
  let block = lane % BLOCKS;
  // k runs fastest where it lies along a row of memory, so that neighbours read neighbours.
  let along_k = select(MODE == 1u || MODE == 3u, MODE < 2u, of_x);
  let at = select(block % SIDE, block / (STEP / 4u), along_k);   // which four rows, or columns, of the tile
  let k4 = 4u * select(block / SIDE, block % (STEP / 4u), along_k);
  let rows = row_starts(first.x, top + at * 4u);
  let cols = col_start(first.y, wid.x * SIDE + at);
  var acc = mat4x4<f32>();
  for (var k = 0u; k < p.K; k += STEP) {
    if (lane < 2u * BLOCKS) {
      let to = k4 * PITCH + at;
      if (of_x) {
        let b = x_block(rows, k + k4);
        xs[to] = factor4(b[0]);
        xs[to + PITCH] = factor4(b[1]);
        xs[to + 2u * PITCH] = factor4(b[2]);
        xs[to + 3u * PITCH] = factor4(b[3]);
      } else {
        let b = w_block(cols, k + k4);
        ws[to] = factor4(b[0]);
        ws[to + PITCH] = factor4(b[1]);
        ws[to + 2u * PITCH] = factor4(b[2]);
        ws[to + 3u * PITCH] = factor4(b[3]);
      }
    }
    workgroupBarrier();
    for (var j = 0u; j < STEP; j += 4u) {
      multiply(j, lid, &acc);
      multiply(j + 1u, lid, &acc);
      multiply(j + 2u, lid, &acc);
      multiply(j + 3u, lid, &acc);
    }
    workgroupBarrier();
  }
  store4(top + lid.y * 4u, wid.x * SIDE + lid.x, first.z, acc);
  write_tile_stats(top, 4u * SIDE, wid.x * SIDE / 8u, SIDE / 8u, lane, SIDE * SIDE);
}

fn multiply(k: u32, lid: vec3<u32>, acc: ptr<function, mat4x4<f32>>) {
  let a = xs[k * PITCH + lid.y];
  let b = ws[k * PITCH + lid.x];
  *acc += mat4x4<f32>(vec4<f32>(a.x * b), vec4<f32>(a.y * b), vec4<f32>(a.z * b), vec4<f32>(a.w * b));
}
