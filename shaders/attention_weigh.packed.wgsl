// out[i, c] = sum over j of w[i, j] * x[j, c], or of w[j, i] where TRANSPOSED, as attention_weigh.wgsl, packed for one core of
// a processor.
//
// A workgroup of one invocation owns 32 tokens x 32 channels of one head: x is the block of channels, y that of tokens, z the head.
// Source: attention_weigh.wgsl, lib/packed.wgsl.
override TRANSPOSED: bool = false;
// In vec4: d; rows of x and out, and the column where each begins.
struct Params { T: u32, heads: u32, d: u32, ldx: u32, x_at: u32, ldo: u32, o_at: u32, across: u32 }
@group(0) @binding(0) var<storage, read> w: array<vec4<f32>>;            // (B, heads, T, ceil(T / 4)), zero beyond T
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;            // (B, T, heads * D), rows ldx apart, from x_at on
@group(0) @binding(2) var<storage, read_write> out: array<vec4<f32>>;    // likewise
@group(0) @binding(3) var<uniform> p: Params;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

const SUMS = 32u;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let head = wid.z; // b * heads + h
  let width = (p.T + 3u) / 4u;
  let image = (head / p.heads) * p.T;
  let column = (head % p.heads) * p.d;
  let rows = head * p.T;
  let row = wid.y * 32u;
  let col = wid.x * 8u;
  let fours = (p.T - row + 3u) / 4u;
  let eights = (p.d - col + 1u) / 2u;
  for (var k = 0u; k < p.T; k += STEP) {
    let count = min(STEP, p.T - k);
    for (var g = 0u; g < min(fours, 8u); g++) { pack_w(rows, row + 4u * g, k, g, count); }
    for (var h = 0u; h < min(eights, 4u); h++) {
      let l = min(col + 2u * h, p.d - 1u);
      let r = min(col + 2u * h + 1u, p.d - 1u);
      var at = p.x_at + (image + k) * p.ldx + column;
      for (var j = 0u; j < count; j++) {
        ws[h * STEP + j] = Quads(x[at + l], x[at + r]);
        at += p.ldx;
      }
    }
    multiply_all(count, fours, eights, 0u);
  }
  let to = p.o_at + image * p.ldo + column;
  for (var h = 0u; h < min(eights, 4u); h++) {
    for (var g = 0u; g < min(fours, 8u); g++) {
      let s = sums[8u * h + g];
      let i = row + 4u * g;
      store(i, col + 2u * h, to, s.a);
      store(i + 1u, col + 2u * h, to, s.b);
      store(i + 2u, col + 2u * h, to, s.c);
      store(i + 3u, col + 2u * h, to, s.d);
    }
  }
}

// The weights of four tokens, of which `rows` is where a head begins.
fn pack_w(rows: u32, row: u32, k: u32, g: u32, count: u32) {
  let width = (p.T + 3u) / 4u;
  if (TRANSPOSED) {
    var at = (rows + k) * width + row / 4u;
    for (var j = 0u; j < count; j++) {
      xs[g * STEP + j] = w[at];
      at += width;
    }
    return;
  }
  let at = (rows + min(row + FOUR, vec4<u32>(p.T - 1u))) * width + k / 4u;
  for (var j = 0u; j < count; j += 4u) {
    let i = at + j / 4u;
    lay_x(g, j, transpose(mat4x4<f32>(w[i.x], w[i.y], w[i.z], w[i.w])));
  }
}

fn store(row: u32, col: u32, to: u32, v: Quads) {
  if (row >= p.T) { return; }
  out[to + row * p.ldo + col] = v.l;
  if (col + 1u < p.d) { out[to + row * p.ldo + col + 1u] = v.r; }
}
