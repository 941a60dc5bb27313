// out = act(alpha * op(x) op(weight) + bias) + residual, as matmul.vec4.wgsl, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 x 32 and goes along K in steps of 48: it lays 32 rows of x and 32 columns of weight
// side by side in workgroup memory, k first, and then takes 4 rows x 8 columns, whose sums, two quads of weight and what
// multiplies them fit 15 registers of four lanes. K is a multiple of four.
// Source: Goto, van de Geijn, anatomy of high-performance matrix multiplication.
const STEP = 48u;
struct Quads { l: vec4<f32>, r: vec4<f32> }
struct Sums { a: Quads, b: Quads, c: Quads, d: Quads } // four rows x eight columns
var<workgroup> xs: array<vec4<f32>, 8u * STEP>; // (four rows, k)
var<workgroup> ws: array<Quads, 4u * STEP>;     // (eight columns, k)
var<workgroup> sums: array<Sums, 32>;           // (eight columns, four rows)

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let first = starts(wid.z);
  for (var k = 0u; k < p.K; k += STEP) {
    let count = min(STEP, p.K - k);
    for (var g = 0u; g < 8u; g++) { pack_x(row_starts(first.x, wid.y * 32u + 4u * g) + k / 4u * x_step(), g * STEP, count); }
    for (var h = 0u; h < 4u; h++) {
      let col = wid.x * 8u + 2u * h;
      pack_w(col_start(first.y, col) + k / 4u * w_step(), col_start(first.y, col + 1u) + k / 4u * w_step(), h * STEP, count);
    }
    for (var h = 0u; h < 4u; h++) {
      for (var g = 0u; g < 8u; g++) { multiply(g * STEP, h * STEP, count, 8u * h + g); }
    }
  }
  for (var h = 0u; h < 4u; h++) {
    for (var g = 0u; g < 8u; g++) {
      let s = sums[8u * h + g];
      let row = wid.y * 32u + 4u * g;
      let col = wid.x * 8u + 2u * h;
      store4(row, col, first.z, mat4x4<f32>(s.a.l, s.b.l, s.c.l, s.d.l));
      store4(row, col + 1u, first.z, mat4x4<f32>(s.a.r, s.b.r, s.c.r, s.d.r));
    }
  }
  write_tile_stats(wid.y * 32u, 32u, wid.x, 1u, 0u, 1u);
}

fn pack_x(rows: vec4<u32>, to: u32, count: u32) {
  let step = x_step();
  var a = rows.x;
  var b = rows.y;
  var c = rows.z;
  var d = rows.w;
  for (var j = 0u; j < count; j += 4u) {
    var block = mat4x4<f32>(x[a], x[b], x[c], x[d]);
    if (MODE < 2u) { block = transpose(block); }
    xs[to + j] = block[0];
    xs[to + j + 1u] = block[1];
    xs[to + j + 2u] = block[2];
    xs[to + j + 3u] = block[3];
    a += step;
    b += step;
    c += step;
    d += step;
  }
}

fn pack_w(left: u32, right: u32, to: u32, count: u32) {
  let step = w_step();
  var a = left;
  var b = right;
  for (var j = 0u; j < count; j += 4u) {
    let l = load_w(a);
    let r = load_w(b);
    ws[to + j] = Quads(l[0], r[0]);
    ws[to + j + 1u] = Quads(l[1], r[1]);
    ws[to + j + 2u] = Quads(l[2], r[2]);
    ws[to + j + 3u] = Quads(l[3], r[3]);
    a += step;
    b += step;
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
