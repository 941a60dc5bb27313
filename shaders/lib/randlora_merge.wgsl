// What the vec4 forms of RandLoRA's W' share: sizes, operands, and how rows of Â = lambda A gamma are formed while loading.
//
// PEFT pairs column q of the flattened B with row q = k * n + j of Â; the paper's formula (PAPER) has q = j * r + k. Either
// way q runs through the quick index within the slow one, so the row of A (or of gamma) that belongs to the slow index stays
// in registers. A dispatch owns rows of B Â from `first` on (ops/cut.ts).
// Source: peft/tuners/randlora/layer.py get_scaled_bases; arXiv 2502.00987, eq. 4.
override TRANSPOSED: bool = false;
override PAPER: bool = false;
struct Params { D: u32, d: u32, r: u32, n: u32, ldA: u32, ldB: u32, alpha: f32, first: u32 } // d, ldA and ldB in vec4
@group(0) @binding(0) var<storage, read> A: array<a4>;                 // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> weight: array<weight4>;       // B (>= D, N, r), rows ldB apart, N >= n
@group(0) @binding(2) var<storage, read> lambda: array<vec4<f32>>;     // (G, r, n)
@group(0) @binding(3) var<storage, read> gamma: array<vec4<f32>>;      // (G, n, d)
@group(0) @binding(4) var<storage, read> residual: array<residual4>;   // W (G, D, d), or (G, d, D)
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;  // like W
@group(0) @binding(6) var<uniform> p: Params;

const FOUR = vec4<u32>(0u, 1u, 2u, 3u);

fn slow_count() -> u32 { return select(p.r, p.n, PAPER); }
fn quick_count() -> u32 { return select(p.n, p.r, PAPER); }

// The row that belongs to slow index s; four columns, the col-th such.
fn slow_row(s: u32, layer: u32, col: u32) -> vec4<f32> {
  if (PAPER) { return gamma[(layer * p.n + s) * p.d + col]; }
  return load_a4(s * p.ldA + col);
}
// Where the rows that belong to the quick index begin and how far apart they lie, and the same of a slow index's lambda: worked
// out once, since not every compiler takes them out of a loop.
struct Quick { at: u32, stride: u32, lambda: u32 }
fn quick_rows(s: u32, layer: u32, col: u32) -> Quick {
  let lambdas = layer * p.r * p.n;
  if (PAPER) { return Quick(col, p.ldA, lambdas + s); }
  return Quick(layer * p.n * p.d + col, p.d, (lambdas + s * p.n) / 4u);
}
fn quick_row(i: u32) -> vec4<f32> {
  if (PAPER) { return load_a4(i); }
  return gamma[i];
}
// lambda of four rows from the f-th four on.
fn lambdas(quick: Quick, f: u32) -> vec4<f32> {
  if (!PAPER) { return lambda[quick.lambda + f]; }
  let i = quick.lambda + 4u * f * p.n + FOUR * p.n;
  return vec4<f32>(lambda[i.x / 4u][i.x % 4u], lambda[i.y / 4u][i.y % 4u], lambda[i.z / 4u][i.z % 4u], lambda[i.w / 4u][i.w % 4u]);
}
// Four rows of Â, of which the quick ones begin at `at`, with their lambda l.
fn rows_of_a(by: vec4<f32>, at: u32, stride: u32, l: vec4<f32>) -> mat4x4<f32> {
  let rows = vec4<u32>(at) + FOUR * stride;
  return mat4x4<f32>(l.x * by * quick_row(rows.x), l.y * by * quick_row(rows.y), l.z * by * quick_row(rows.z), l.w * by * quick_row(rows.w));
}

// Where each of four rows of B begins; rows beyond the edge read the last one.
fn row_starts(row: u32) -> vec4<u32> { return min(row + FOUR, vec4<u32>(p.D - 1u)) * p.ldB; }
// Four q of a row (lib/octet.wgsl).
fn shared_row(at: u32) -> vec4<f32> { return load_code4(at); }
fn rows_of(block: mat4x4<f32>) -> mat4x4<f32> { return block; }

// Eight rows of four columns of B Â.
fn store8(row: u32, col: u32, layer: u32, lo: mat4x4<f32>, hi: mat4x4<f32>) {
  let first = layer * p.D * p.d; // vec4 of the layers before
  if (TRANSPOSED) {
    // D is a multiple of four, so a quad of rows exists or is wholly beyond the edge.
    let at = first + col * p.D + row / 4u;
    store_across(at, lo, row);
    store_across(at + 1u, hi, row + 4u);
    return;
  }
  store_along(first + row * p.d + col, lo, row);
  store_along(first + (row + 4u) * p.d + col, hi, row + 4u);
}
fn store_across(at: u32, rows: mat4x4<f32>, row: u32) {
  if (row >= p.D) { return; }
  let t = transpose(rows);
  let next = p.D / 4u;
  store(at, t[0]);
  store(at + next, t[1]);
  store(at + 2u * next, t[2]);
  store(at + 3u * next, t[3]);
}
fn store_along(at: u32, rows: mat4x4<f32>, row: u32) {
  if (row < p.D) { store(at, rows[0]); }
  if (row + 1u < p.D) { store(at + p.d, rows[1]); }
  if (row + 2u < p.D) { store(at + 2u * p.d, rows[2]); }
  if (row + 3u < p.D) { store(at + 3u * p.d, rows[3]); }
}
fn store(i: u32, v: vec4<f32>) { out[i] = load_residual4(i) + (p.alpha * weight_scale()) * v; }
