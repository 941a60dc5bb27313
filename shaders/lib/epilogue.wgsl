// How every product ends: value i of out, in column `col`, from the sum over k. `lanes` is one value or four side by side
// (lib/lanes1.wgsl, lib/lanes4.wgsl).
override BIAS: bool = false;      // add bias[n]
override ACT: u32 = 0u;           // lib/activation.wgsl
override PRE: bool = false;       // keep the value before the activation in pre
override GATE: u32 = 0u;          // times the slope of this activation at gate: the backward of ACT
override RESIDUAL: bool = false;  // add residual (same layout as out)

@group(0) @binding(2) var<storage, read> bias: array<lanes>;       // (N)
@group(0) @binding(3) var<storage, read> residual: array<lanes>;   // like out
@group(0) @binding(4) var<storage, read_write> out: array<lanes>;  // (batch, M, N), rows ldo apart
@group(0) @binding(5) var<storage, read_write> pre: array<lanes>;  // like out
@group(0) @binding(7) var<storage, read> gate: array<lanes>;       // like out

fn finish(i: u32, col: u32, sum: lanes) {
  var v = p.alpha * sum;
  if (BIAS) { v += bias[col]; }
  if (PRE) { pre[i] = v; }
  if (ACT != 0u) { v = activate(ACT, v); }
  if (GATE != 0u) { v *= activate_grad(GATE, gate[i]); }
  if (RESIDUAL) { v += residual[i]; }
  if (keeps(p.accumulate)) { v += out[i]; }
  out[i] = v;
}
