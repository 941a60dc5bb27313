// out = W + alpha * B Â for any sizes, as randlora_merge.wgsl with PEFT's pairing, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 x 32 of B Â, and z is the layer. It goes through all n r rows of Â one after another
// and counts k and j along, so that a step of lib/packed.wgsl is full however few bases there are.
// Source: randlora_merge.wgsl, lib/packed.wgsl.
const SUMS = 32u;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let row = p.first + wid.y * 32u;
  let col = wid.x * 32u;
  let fours = (p.D - row + 3u) / 4u;
  let eights = (p.d - col + 7u) / 8u;
  let all = p.n * p.r;
  for (var first = 0u; first < all; first += STEP) {
    let count = min(STEP, all - first);
    for (var g = 0u; g < min(fours, 8u); g++) { pack_b(row + 4u * g, first, g, count); }
    for (var h = 0u; h < min(eights, 4u); h++) { pack_a(first, wid.z, col + 8u * h, h, count); }
    multiply_all(count, fours, eights, 0u);
  }
  for (var h = 0u; h < min(eights, 4u); h++) {
    for (var g = 0u; g < min(fours, 8u); g++) {
      let s = sums[8u * h + g];
      store8(row + 4u * g, col + 8u * h, wid.z, s.a);
      store8(row + 4u * g + 1u, col + 8u * h, wid.z, s.b);
      store8(row + 4u * g + 2u, col + 8u * h, wid.z, s.c);
      store8(row + 4u * g + 3u, col + 8u * h, wid.z, s.d);
    }
  }
}

fn store8(row: u32, col: u32, g: u32, v: Quads) {
  store(row, col, g, v.l);
  store(row, col + 4u, g, v.r);
}

// Four rows of B from `row` on; beyond the edge the last one.
fn pack_b(row: u32, first: u32, g: u32, count: u32) {
  let at = min(row + FOUR, vec4<u32>(p.D - 1u)) * p.ldB + first;
  for (var i = 0u; i < count; i++) {
    xs[g * STEP + i] = vec4<f32>(load_code(at.x + i), load_code(at.y + i), load_code(at.z + i), load_code(at.w + i));
  }
}

// Rows of Â from `first` on in eight columns; beyond the edge the last one.
fn pack_a(first: u32, layer: u32, col: u32, h: u32, count: u32) {
  let l = min(col + FOUR, vec4<u32>(p.d - 1u));
  let r = min(col + 4u + FOUR, vec4<u32>(p.d - 1u));
  var k = first / p.n;
  var j = first % p.n;
  var a_l = a_four(k, l);
  var a_r = a_four(k, r);
  for (var q = 0u; q < count; q++) {
    let scale = lambda[layer * p.r * p.n + first + q];
    ws[h * STEP + q] = Quads(scale * a_l * gamma4(layer * p.n + j, l), scale * a_r * gamma4(layer * p.n + j, r));
    j++;
    if (j == p.n && q + 1u < count) {
      j = 0u;
      k++;
      a_l = a_four(k, l);
      a_r = a_four(k, r);
    }
  }
}
