// One step of an inverse wavelet transform along an axis: out[j] = sum over i of low[t - 2 i] x[i] + high[t - 2 i] x[half + i],
// t = j + L - 2; or, BACKWARD, its transpose: out[i] (the gradient of x) = sum over a of low[a] x[2 i + a - (L - 2)], and so with high.
//
// One invocation owns one value, a workgroup 64. Source: Mallat's algorithm; WaveFT (arXiv 2505.12532).
override BACKWARD: bool = false;

struct Params { count: u32, half: u32, length: u32, inner: u32, taps: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;             // (outer, 2 half, inner); BACKWARD: (outer, length, inner)
@group(0) @binding(1) var<storage, read> filters: array<f32>;       // (2, taps): low, high
@group(0) @binding(2) var<storage, read_write> out: array<f32>;     // the other of the two
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = flat_index(gid, groups);
  if (at >= p.count) { return; }
  let column = at % p.inner;
  var s = 0.0;
  if (!BACKWARD) {
    let j = (at / p.inner) % p.length;
    let first = (at / (p.inner * p.length)) * 2u * p.half;
    let t = j + p.taps - 2u;
    for (var a = t % 2u; a < p.taps && a <= t; a += 2u) {
      let i = (t - a) / 2u;
      if (i < p.half) {
        let source = (first + i) * p.inner + column;
        s += filters[a] * x[source] + filters[p.taps + a] * x[source + p.half * p.inner];
      }
    }
  } else {
    let row = (at / p.inner) % (2u * p.half);
    let first = (at / (p.inner * 2u * p.half)) * p.length;
    let t = 2u * (row % p.half);
    let filter_start = (row / p.half) * p.taps;
    for (var a = 0u; a < p.taps; a++) {
      let j = t + a;
      if (j + 2u >= p.taps && j + 2u - p.taps < p.length) { s += filters[filter_start + a] * x[(first + j + 2u - p.taps) * p.inner + column]; }
    }
  }
  out[at] = s;
}
