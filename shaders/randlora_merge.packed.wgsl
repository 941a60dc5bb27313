// out = W + alpha * B Â, as randlora_merge.vec4.wgsl, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 x 32 of B Â, and z is the layer: rows of Â are formed once for 32 rows of B.
// Source: lib/randlora_merge.wgsl, lib/packed.wgsl.
const SUMS = 32u;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let row = p.first + wid.y * 32u;
  let col = wid.x * 8u; // in vec4
  let fours = (p.D - row + 3u) / 4u;
  let eights = (p.d - col + 1u) / 2u;
  let quicks = quick_count();
  for (var s = 0u; s < slow_count(); s++) {
    for (var first = 0u; first < quicks; first += STEP) {
      let count = min(STEP, quicks - first);
      for (var g = 0u; g < min(fours, 8u); g++) { pack_b(row_starts(row + 4u * g) + (s * quicks + first) / 4u, g, count); }
      for (var h = 0u; h < min(eights, 4u); h++) {
        pack_a(s, first, wid.z, min(col + 2u * h, p.d - 1u), min(col + 2u * h + 1u, p.d - 1u), h, count);
      }
      multiply_all(count, fours, eights, 0u);
    }
  }
  for (var h = 0u; h < min(eights, 4u); h++) {
    for (var g = 0u; g < min(fours, 8u); g++) {
      let s = sums[8u * h + g];
      store4(row + 4u * g, col + 2u * h, wid.z, rows_l(s));
      store4(row + 4u * g, col + 2u * h + 1u, wid.z, rows_r(s));
    }
  }
}

fn pack_b(at: vec4<u32>, g: u32, count: u32) {
  for (var j = 0u; j < count; j += 4u) {
    let i = at + j / 4u;
    lay_x(g, j, transpose(mat4x4<f32>(load_code4(i.x), load_code4(i.y), load_code4(i.z), load_code4(i.w))));
  }
}

// Rows of Â in two quads of columns.
fn pack_a(s: u32, first: u32, layer: u32, l: u32, r: u32, h: u32, count: u32) {
  let by_l = slow_row(s, layer, l);
  let by_r = slow_row(s, layer, r);
  let quick_l = quick_rows(s, layer, l);
  let quick_r = quick_rows(s, layer, r);
  for (var j = 0u; j < count; j += 4u) {
    let q = first + j;
    let by = lambdas(quick_l, q / 4u);
    lay_w(h, j, rows_of_a(by_l, quick_l.at + q * quick_l.stride, quick_l.stride, by), rows_of_a(by_r, quick_r.at + q * quick_r.stride, quick_r.stride, by));
  }
}

// Four rows of four columns of B Â.
fn store4(row: u32, col: u32, layer: u32, rows: mat4x4<f32>) {
  if (col >= p.d) { return; }
  let first = layer * p.D * p.d; // vec4 of the layers before
  if (TRANSPOSED) {
    store_across(first + col * p.D + row / 4u, rows, row);
  } else {
    store_along(first + row * p.d + col, rows, row);
  }
}
