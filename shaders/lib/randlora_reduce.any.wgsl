// What the forms of the gradients of RandLoRA's lambda and gamma for any sizes share: sizes and operands.
//
// Row q = k * n + j of L^T R as PEFT pairs them, or j * r + k (PAPER). Layer * parts + part is `first` (ops/cut.ts) + z.
// Source: peft/tuners/randlora/layer.py UniqueBaseGrad.backward.
override PAPER: bool = false;
struct Params {
  K: u32, d: u32, r: u32, n: u32,
  ldA: u32, ldL: u32, rowR: u32, colR: u32, stackL: u32, stackR: u32, // R[m, c] is at m * rowR + c * colR
  layers: u32, parts: u32, each: u32, // k in a part
  alpha: f32,
  accumulate: u32,
  first: u32,
}
@group(0) @binding(0) var<storage, read> A: array<a1>;                // (r, 1, >= d), rows ldA apart
@group(0) @binding(1) var<storage, read> weight: array<weight1>;      // L (K, n r), rows ldL apart
@group(0) @binding(2) var<storage, read> right: array<f32>;           // R (K, d) by strides
@group(0) @binding(3) var<storage, read> lambda: array<f32>;          // (G, r, n)
@group(0) @binding(4) var<storage, read> gamma: array<f32>;           // (G, n, d)
@group(0) @binding(5) var<storage, read_write> dgamma: array<f32>;    // (parts, G, n, d)
@group(0) @binding(6) var<storage, read_write> dlambda: array<f32>;   // (tiles of 32 columns, G, r, n)
@group(0) @binding(7) var<uniform> p: Params;
