// What the packed forms share, for one core of a processor: a workgroup of one invocation owns 32 rows x 32 columns and goes
// along K in steps of 32. A kernel lays 32 rows of the left operand and 32 columns of the right one side by side in `xs` and
// `ws`, k first; then `multiply` takes 4 rows x 8 columns, whose sums, two quads of the right operand and what multiplies them
// fit 15 registers of four lanes. Source: Goto, van de Geijn, anatomy of high-performance matrix multiplication.
const STEP = 32u;
struct Quads { l: vec4<f32>, r: vec4<f32> }
struct Sums { a: Quads, b: Quads, c: Quads, d: Quads } // four rows x eight columns
var<workgroup> xs: array<vec4<f32>, 8u * STEP>; // (four rows, k)
var<workgroup> ws: array<Quads, 4u * STEP>;     // (eight columns, k)
var<workgroup> sums: array<Sums, SUMS>;         // (eight columns, four rows), 32 for each 32 x 32; zero at first

// Four k from j on of four rows, the g-th such: column i of the block is k + i.
fn lay_x(g: u32, j: u32, block: mat4x4<f32>) {
  let to = g * STEP + j;
  xs[to] = block[0];
  xs[to + 1u] = block[1];
  xs[to + 2u] = block[2];
  xs[to + 3u] = block[3];
}
// Likewise of eight columns.
fn lay_w(h: u32, j: u32, l: mat4x4<f32>, r: mat4x4<f32>) {
  let to = h * STEP + j;
  ws[to] = Quads(l[0], r[0]);
  ws[to + 1u] = Quads(l[1], r[1]);
  ws[to + 2u] = Quads(l[2], r[2]);
  ws[to + 3u] = Quads(l[3], r[3]);
}

// Four rows of the left and of the right four columns.
fn rows_l(s: Sums) -> mat4x4<f32> { return mat4x4<f32>(s.a.l, s.b.l, s.c.l, s.d.l); }
fn rows_r(s: Sums) -> mat4x4<f32> { return mat4x4<f32>(s.a.r, s.b.r, s.c.r, s.d.r); }

// Adds what `count` k come to, for so many fours of rows and eights of columns, to the sums from `to` on.
fn multiply_all(count: u32, fours: u32, eights: u32, to: u32) {
  for (var h = 0u; h < min(eights, 4u); h++) {
    for (var g = 0u; g < min(fours, 8u); g++) { multiply(g * STEP, h * STEP, count, to + 8u * h + g); }
  }
}
fn multiply(from_x: u32, from_w: u32, count: u32, to: u32) {
  var s = sums[to];
  for (var j = 0u; j < count; j++) {
    let i = from_x + j;
    let l = ws[from_w + j].l;
    let r = ws[from_w + j].r;
    s.a.l += xs[i].x * l; s.a.r += xs[i].x * r;
    s.b.l += xs[i].y * l; s.b.r += xs[i].y * r;
    s.c.l += xs[i].z * l; s.c.r += xs[i].z * r;
    s.d.l += xs[i].w * l; s.d.r += xs[i].w * r;
  }
  sums[to] = s;
}
