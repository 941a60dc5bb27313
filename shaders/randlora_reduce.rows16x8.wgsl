// dgamma (+)= sum over k of lambda t and dlambda (+)= sum over c of t gamma, as randlora_reduce.vec4.wgsl, with 16 rows x 8
// columns of L^T R an invocation: 8 bases j by two k, and two quads of columns 16 apart.
//
// A workgroup of 4 owns 8 bases x 32 columns; z is layer * parts + part. For adapters that run on processors four lanes wide,
// as matmul.rows32.wgsl is. Source: lib/randlora_reduce.wgsl.
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let z = p.first + wid.z;
  let layer = z / p.parts;
  let part = z % p.parts;
  let x = wid.x * 8u + lane;
  if (together(x) >= p.d) { return; }
  // Beyond the edge the last one is computed again and not stored.
  let inside = x < p.d;
  let far_in = x + 4u < p.d;
  let col = min(x, p.d - 1u); // in vec4
  let far = min(x + 4u, p.d - 1u);
  let j = 2u * wid.y; // in fours
  let next = min(j + 1u, p.n / 4u - 1u);
  let more = next > j;
  var near0 = mat4x4<f32>();
  var near1 = mat4x4<f32>();
  var far0 = mat4x4<f32>();
  var far1 = mat4x4<f32>();
  for (var pair = part * p.pairs; pair < (part + 1u) * p.pairs; pair++) {
    let l0 = layer * p.stackL + base_of(pair, 0u) * p.n / 4u;
    let l1 = layer * p.stackL + base_of(pair, 1u) * p.n / 4u;
    let rows0 = own8(l0 + j + FOUR * p.ldL, l0 + next + FOUR * p.ldL, lane);
    let rows1 = own8(l1 + j + FOUR * p.ldL, l1 + next + FOUR * p.ldL, lane);
    var a0 = mat4x4<f32>(); var b0 = mat4x4<f32>();
    var a1 = mat4x4<f32>(); var b1 = mat4x4<f32>();
    var a2 = mat4x4<f32>(); var b2 = mat4x4<f32>();
    var a3 = mat4x4<f32>(); var b3 = mat4x4<f32>();
    var li = 0u;
    var ra = right_start(layer, col);
    var rb = right_start(layer, far);
    for (var m = 0u; m < p.K / 4u; m++) {
      let a = load_right(ra);
      let b = load_right(rb);
      let first = load8(rows0, li);
      a0 += a * first.lo; b0 += b * first.lo;
      a1 += a * first.hi; b1 += b * first.hi;
      let second = load8(rows1, li);
      a2 += a * second.lo; b2 += b * second.lo;
      a3 += a * second.hi; b3 += b * second.hi;
      li += 4u * p.ldL;
      ra += right_step();
      rb += right_step();
    }
    if (!ACROSS) {
      // Only here K need not be a multiple of four.
      for (var m = p.K / 4u * 4u; m < p.K; m++) {
        let f0 = load_code4(l0 + j + m * p.ldL);
        let f1 = load_code4(l0 + next + m * p.ldL);
        let s0 = load_code4(l1 + j + m * p.ldL);
        let s1 = load_code4(l1 + next + m * p.ldL);
        a0 += outer(f0, right[ra]); b0 += outer(f0, right[rb]);
        a1 += outer(f1, right[ra]); b1 += outer(f1, right[rb]);
        a2 += outer(s0, right[ra]); b2 += outer(s0, right[rb]);
        a3 += outer(s1, right[ra]); b3 += outer(s1, right[rb]);
        ra += p.ldR;
        rb += p.ldR;
      }
    }
    near0 += weigh(a0, layer, pair, 0u, j, col, inside) + weigh(a2, layer, pair, 1u, j, col, inside);
    near1 += weigh(a1, layer, pair, 0u, next, col, inside && more) + weigh(a3, layer, pair, 1u, next, col, inside && more);
    far0 += weigh(b0, layer, pair, 0u, j, far, far_in) + weigh(b2, layer, pair, 1u, j, far, far_in);
    far1 += weigh(b1, layer, pair, 0u, next, far, far_in && more) + weigh(b3, layer, pair, 1u, next, far, far_in && more);
  }
  if (inside) { store4(layer, part, j, col, near0); }
  if (inside && more) { store4(layer, part, next, col, near1); }
  if (far_in) { store4(layer, part, j, far, far0); }
  if (far_in && more) { store4(layer, part, next, far, far1); }
}
