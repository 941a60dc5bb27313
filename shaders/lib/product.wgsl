// What the vec4 forms of the product share: sizes, operands, and how blocks of 4 x 4 are read from them.
//
// MODE 0 (nn): x (M, K), weight (K, N).  MODE 1 (nt): x (M, K), weight (N, K).  MODE 2 (tn): x (K, M), weight (K, N).
// MODE 3 (tt): x (K, M), weight (N, K).
// Rows of x, weight and out are ldx, ldw, ldo elements apart. Batch z = outer * heads + inner starts at
// outer * *_outer + inner * *_inner. A dispatch owns rows of out from `first` on (ops/cut.ts).
override MODE: u32 = 0u;

struct Params {
  M: u32, N: u32, K: u32, heads: u32,
  ldx: u32, ldw: u32, ldo: u32,   // in vec4
  x_outer: u32, x_inner: u32, w_outer: u32, w_inner: u32, o_outer: u32, o_inner: u32, // in vec4
  alpha: f32,
  accumulate: u32,
  first: u32,
}
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> weight: array<weight4>;
@group(0) @binding(6) var<uniform> p: Params;

// Where batch z starts in x, weight and out, in vec4.
fn starts(z: u32) -> vec3<u32> {
  let outer = z / p.heads;
  let inner = z % p.heads;
  return vec3<u32>(outer * p.x_outer + inner * p.x_inner, outer * p.w_outer + inner * p.w_inner, outer * p.o_outer + inner * p.o_inner);
}

// Where four rows of x have their first four k. Rows beyond the edge read the last one. M is a multiple of four where x is
// transposed, so that there four rows exist or are wholly beyond the edge.
fn row_starts(first: u32, row: u32) -> vec4<u32> {
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  if (MODE < 2u) { return first + min(row + four, vec4<u32>(p.M - 1u)) * p.ldx; }
  return first + min(row, p.M - 4u) / 4u + four * p.ldx;
}
// What neighbours load for each other (lib/octet.wgsl).
fn shared_row(at: u32) -> vec4<f32> { return x[at]; }
// From four k to the next four, in x and in weight.
fn x_step() -> u32 { return select(4u * p.ldx, 1u, MODE < 2u); }
fn w_step() -> u32 { return select(4u * p.ldw, 1u, MODE == 1u || MODE == 3u); }

// Where four columns of out, the col-th such, have their first four k in weight.
fn col_start(first: u32, col: u32) -> u32 {
  let c = min(col, p.N / 4u - 1u);
  return first + select(c, c * 4u * p.ldw, MODE == 1u || MODE == 3u);
}
// Four k of them: column j is what k + j adds to the four columns of out, whichever way weight is stored.
fn load_w(at: u32) -> mat4x4<f32> {
  let b = mat4x4<f32>(load_weight4(at), load_weight4(at + p.ldw), load_weight4(at + 2u * p.ldw), load_weight4(at + 3u * p.ldw));
  if (MODE == 1u || MODE == 3u) { return transpose(b); }
  return b;
}

// Column j is row j of the block, four k of it, whichever way x is stored.
fn rows_of(block: mat4x4<f32>) -> mat4x4<f32> {
  if (MODE >= 2u) { return transpose(block); }
  return block;
}

// Four rows of four columns of out.
fn store4(row: u32, col: u32, first: u32, acc: mat4x4<f32>) {
  if (col * 4u >= p.N) { return; }
  if (row < p.M) { finish(first + row * p.ldo + col, col, acc[0]); }
  if (row + 1u < p.M) { finish(first + (row + 1u) * p.ldo + col, col, acc[1]); }
  if (row + 2u < p.M) { finish(first + (row + 2u) * p.ldo + col, col, acc[2]); }
  if (row + 3u < p.M) { finish(first + (row + 3u) * p.ldo + col, col, acc[3]); }
}
