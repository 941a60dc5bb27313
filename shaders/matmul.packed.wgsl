// out = act(alpha * op(x) op(weight) + bias) + residual, as matmul.vec4.wgsl, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 rows x 64 columns: it lays rows of x and columns of weight side by side in workgroup
// memory, the rows once for both halves of the columns. K is a multiple of four. Source: lib/packed.wgsl.
const SUMS = 64u;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let first = starts(wid.z);
  let row = p.first + wid.y * 32u;
  let col = wid.x * 16u; // in vec4
  let halves = (p.N - 4u * col + 31u) / 32u;
  let fours = (p.M - row + 3u) / 4u;
  for (var k = 0u; k < p.K; k += STEP) {
    let count = min(STEP, p.K - k);
    for (var g = 0u; g < min(fours, 8u); g++) { pack_x(row_starts(first.x, row + 4u * g) + k / 4u * x_step(), g, count); }
    for (var half = 0u; half < min(halves, 2u); half++) {
      let eights = (p.N - 4u * col - 32u * half + 7u) / 8u;
      for (var h = 0u; h < min(eights, 4u); h++) {
        let c = col + 8u * half + 2u * h;
        pack_w(col_start(first.y, c) + k / 4u * w_step(), col_start(first.y, c + 1u) + k / 4u * w_step(), h, count);
      }
      multiply_all(count, fours, eights, 32u * half);
    }
  }
  for (var half = 0u; half < min(halves, 2u); half++) {
    for (var h = 0u; h < 4u; h++) {
      for (var g = 0u; g < 8u; g++) {
        let s = sums[32u * half + 8u * h + g];
        let c = col + 8u * half + 2u * h;
        store4(row + 4u * g, c, first.z, rows_l(s));
        store4(row + 4u * g, c + 1u, first.z, rows_r(s));
      }
    }
    write_tile_stats(row, 32u, 2u * wid.x + half, 1u, 0u, 1u);
  }
}

fn pack_x(rows: vec4<u32>, g: u32, count: u32) {
  let step = x_step();
  var a = rows.x;
  var b = rows.y;
  var c = rows.z;
  var d = rows.w;
  for (var j = 0u; j < count; j += 4u) {
    var block = mat4x4<f32>(x[a], x[b], x[c], x[d]);
    if (MODE < 2u) { block = transpose(block); }
    lay_x(g, j, block);
    a += step;
    b += step;
    c += step;
    d += step;
  }
}

fn pack_w(left: u32, right: u32, h: u32, count: u32) {
  let step = w_step();
  var a = left;
  var b = right;
  for (var j = 0u; j < count; j += 4u) {
    lay_w(h, j, load_w(a), load_w(b));
    a += step;
    b += step;
  }
}
