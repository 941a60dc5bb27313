// Rows weighted by a matrix of attention, for each batch and head: out[i, c] = sum over j of w[i, j] * x[j, c], or of w[j, i]
// where TRANSPOSED. With w = P: out = P v, dv = P^T dout; with w = dS: dq = dS k, dk = dS^T q.
//
// One invocation owns 8 tokens x one lane of channels in registers and reads straight from storage, as matmul.vec4.wgsl
// does; a workgroup of 64 takes such blocks of one head in order, `across` of them in a row of blocks. It is a product of
// its own because T is seldom a multiple of four, and a head's columns lie within wider rows.
// Neighbours want the same weights: lib/share.*.wgsl.
// Source: attention of arXiv 1706.03762 and its gradient; register tiling as in matmul.vec4.wgsl.
override TRANSPOSED: bool = false;
// In lanes: d; rows of x and out, and the column where each begins. across: a multiple of four.
struct Params { T: u32, heads: u32, d: u32, ldx: u32, x_at: u32, ldo: u32, o_at: u32, across: u32 }
@group(0) @binding(0) var<storage, read> w: array<vec4<f32>>;         // (B, heads, T, ceil(T / 4)), zero beyond T
@group(0) @binding(1) var<storage, read> x: array<lanes>;             // (B, T, heads * D), rows ldx apart, from x_at on
@group(0) @binding(2) var<storage, read_write> out: array<lanes>;     // likewise
@group(0) @binding(3) var<uniform> p: Params;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = wid.y; // b * heads + h
  let i = wid.x * 64u + lane;
  let row = i / p.across * 8u;
  let c = i % p.across;
  if (row >= p.T || together(c) >= p.d) { return; }
  let last = vec4<u32>(p.T - 1u);
  let width = (p.T + 3u) / 4u;
  let image = (head / p.heads) * p.T;
  let column = (head % p.heads) * p.d + min(c, p.d - 1u);
  let from_x = p.x_at + image * p.ldx + column;
  let rows = head * p.T;
  var acc0 = vec4<f32>(); var acc1 = vec4<f32>(); var acc2 = vec4<f32>(); var acc3 = vec4<f32>();
  var acc4 = vec4<f32>(); var acc5 = vec4<f32>(); var acc6 = vec4<f32>(); var acc7 = vec4<f32>();
  if (TRANSPOSED) {
    let quad = row / 4u;
    let second = select(0u, 1u, quad + 1u < width);
    let mine = own((rows + FOUR) * width + quad, lane);
    var at = from_x;
    for (var j = 0u; j < p.T / 4u; j++) {
      let a = transpose(load_w(mine, 4u * j * width));
      let b = transpose(load_w(mine, 4u * j * width + second));
      let y = mat4x4<f32>(wide(x[at]), wide(x[at + p.ldx]), wide(x[at + 2u * p.ldx]), wide(x[at + 3u * p.ldx]));
      acc0 += y * a[0];
      acc1 += y * a[1];
      acc2 += y * a[2];
      acc3 += y * a[3];
      acc4 += y * b[0];
      acc5 += y * b[1];
      acc6 += y * b[2];
      acc7 += y * b[3];
      at += 4u * p.ldx;
    }
    for (var j = p.T / 4u * 4u; j < p.T; j++) {
      let a = w[(rows + j) * width + quad];
      let b = w[(rows + j) * width + quad + second];
      let y = wide(x[at]);
      acc0 += y * a.x; acc1 += y * a.y; acc2 += y * a.z; acc3 += y * a.w;
      acc4 += y * b.x; acc5 += y * b.y; acc6 += y * b.z; acc7 += y * b.w;
      at += p.ldx;
    }
  } else {
    let mine0 = own((rows + min(row + FOUR, last)) * width, lane);
    let mine1 = own((rows + min(row + 4u + FOUR, last)) * width, lane);
    for (var j = 0u; j < width; j++) {
      let a = load_w(mine0, j);
      let b = load_w(mine1, j);
      // Beyond the edge the last, whose weight is zero there.
      let at = from_x + min(4u * j + FOUR, last) * p.ldx;
      let y = mat4x4<f32>(wide(x[at.x]), wide(x[at.y]), wide(x[at.z]), wide(x[at.w]));
      acc0 += y * a[0];
      acc1 += y * a[1];
      acc2 += y * a[2];
      acc3 += y * a[3];
      acc4 += y * b[0];
      acc5 += y * b[1];
      acc6 += y * b[2];
      acc7 += y * b[3];
    }
  }
  if (c >= p.d) { return; }
  let to = p.o_at + image * p.ldo + column;
  store(row, to, acc0);
  store(row + 1u, to, acc1);
  store(row + 2u, to, acc2);
  store(row + 3u, to, acc3);
  store(row + 4u, to, acc4);
  store(row + 5u, to, acc5);
  store(row + 6u, to, acc6);
  store(row + 7u, to, acc7);
}

fn load_w(mine: vec4<u32>, at: u32) -> mat4x4<f32> {
  if (SHARED) { return pass_round(w[mine.x + at]); }
  return mat4x4<f32>(w[mine.x + at], w[mine.y + at], w[mine.z + at], w[mine.w + at]);
}

fn store(row: u32, to: u32, v: vec4<f32>) {
  if (row < p.T) { out[to + row * p.ldo] = narrow(v); }
}
