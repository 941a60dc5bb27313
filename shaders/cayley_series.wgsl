// Steps of Horner's rule for c_0 I + c_1 Q + ... + c_d Q^d of each block, c_0 = 1, c_d = `last`, 2 between them:
// P_d = c_d I, P_k = c_k I + Q P_(k+1); P_0 goes to out, the others are kept. BACK: G_0 = dout, G_k = Q^T G_(k-1), all of them kept.
//
// One invocation owns a column of a block, from step to step, a workgroup 64: no barrier. Source: OFT v2 (arXiv 2506.19847), the series of Cayley's
// transform in peft/tuners/oft/layer.py.
override BACK: bool = false;
struct Params { columns: u32, size: u32, degree: u32, last: f32 }
@group(0) @binding(0) var<storage, read> q: array<f32>;            // (blocks, size, size)
@group(0) @binding(1) var<storage, read> dout: array<f32>;         // (blocks, size, size), read where BACK
@group(0) @binding(2) var<storage, read_write> steps: array<f32>;  // (degree, blocks, size, size): P_1 ... P_d, or G_0 ... G_(d-1)
@group(0) @binding(3) var<storage, read_write> out: array<f32>;    // (blocks, size, size), written unless BACK
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let column = flat_index(gid, groups);
  if (column >= p.columns) { return; }
  let n = p.size;
  let first = column / n * n * n;
  let j = column % n;
  let all = p.columns * n; // values of a step
  if (BACK) {
    for (var i = 0u; i < n; i++) { steps[first + i * n + j] = dout[first + i * n + j]; }
    for (var k = 1u; k < p.degree; k++) {
      let before = (k - 1u) * all + first + j;
      for (var i = 0u; i < n; i++) {
        var s = 0.0;
        for (var m = 0u; m < n; m++) { s += q[first + m * n + i] * steps[before + m * n]; }
        steps[k * all + first + i * n + j] = s;
      }
    }
  } else {
    for (var i = 0u; i < n; i++) {
      let v = select(0.0, p.last, i == j);
      if (p.degree == 0u) { out[first + i * n + j] = v; } else { steps[(p.degree - 1u) * all + first + i * n + j] = v; }
    }
    for (var k = p.degree; k > 0u; k--) {
      let before = (k - 1u) * all + first + j;
      let c = select(2.0, 1.0, k == 1u);
      for (var i = 0u; i < n; i++) {
        var s = select(0.0, c, i == j);
        for (var m = 0u; m < n; m++) { s += q[first + i * n + m] * steps[before + m * n]; }
        if (k == 1u) { out[first + i * n + j] = s; } else { steps[(k - 2u) * all + first + i * n + j] = s; }
      }
    }
  }
}
