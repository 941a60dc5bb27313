// out = alpha * (shift I + scale X)^-1 - less I of each matrix; of X only the upper triangle with half the diagonal where UPPER.
//
// One workgroup of 64 owns a matrix, an invocation every 64th of its columns. Gauss and Jordan where the result lies, without a
// search for pivots: none is needed where the symmetric part is positive definite, or the matrix a triangle.
// Source: Golub and Van Loan, Matrix Computations, 4th ed., 3.4 and 4.2.
override UPPER: bool = false;
struct Params { count: u32, size: u32, shift: f32, scale: f32, alpha: f32, less: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (count, size, size)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (count, size, size)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let block = wid.x + wid.y * groups.x;
  if (block >= p.count) { return; }
  let n = p.size;
  let first = block * n * n;
  for (var at = lane; at < n * n; at += 64u) {
    let i = at / n;
    let j = at % n;
    var v = p.scale * x[first + at];
    if (UPPER) { v *= select(select(0.0, 1.0, j > i), 0.5, i == j); }
    out[first + at] = v + select(0.0, p.shift, i == j);
  }
  storageBarrier();
  for (var k = 0u; k < n; k++) {
    let pivot = 1.0 / out[first + k * n + k];
    for (var j = lane; j < n; j += 64u) {
      if (j != k) {
        let above = pivot * out[first + k * n + j];
        out[first + k * n + j] = above;
        for (var i = 0u; i < n; i++) {
          if (i != k) { out[first + i * n + j] -= out[first + i * n + k] * above; }
        }
      }
    }
    storageBarrier();
    for (var i = lane; i < n; i += 64u) {
      out[first + i * n + k] = select(-pivot * out[first + i * n + k], pivot, i == k);
    }
    storageBarrier();
  }
  for (var at = lane; at < n * n; at += 64u) {
    out[first + at] = p.alpha * out[first + at] - select(0.0, p.less, at / n == at % n);
  }
}
