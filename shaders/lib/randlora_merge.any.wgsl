// What the forms of RandLoRA's W' for any sizes share: sizes, operands, and where sums go.
//
// q = k * n + j as PEFT pairs them, or j * r + k (PAPER). A dispatch owns rows of B Â from `first` on (ops/cut.ts).
// Source: peft/tuners/randlora/layer.py get_scaled_bases; arXiv 2502.00987, eq. 4.
override TRANSPOSED: bool = false;
override PAPER: bool = false;
struct Params { D: u32, d: u32, r: u32, n: u32, ldA: u32, ldB: u32, alpha: f32, first: u32 }
@group(0) @binding(0) var<storage, read> A: array<a1>;                 // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> weight: array<weight1>;       // B (>= D, N, r), rows ldB apart, N >= n
@group(0) @binding(2) var<storage, read> lambda: array<f32>;           // (G, r, n)
@group(0) @binding(3) var<storage, read> gamma: array<f32>;            // (G, n, d)
@group(0) @binding(4) var<storage, read> residual: array<residual1>;   // W (G, D, d), or (G, d, D)
@group(0) @binding(5) var<storage, read_write> out: array<f32>;        // like W
@group(0) @binding(6) var<uniform> p: Params;

// Four columns of a row of B Â.
fn store(row: u32, col: u32, g: u32, acc: vec4<f32>) {
  if (row >= p.D) { return; }
  for (var i = 0u; i < 4u; i++) {
    let c = col + i;
    if (c >= p.d) { break; }
    let at = g * p.D * p.d + select(row * p.d + c, c * p.D + row, TRANSPOSED);
    out[at] = load_residual(at) + p.alpha * weight_scale() * acc[i];
  }
}
