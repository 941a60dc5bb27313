// dgamma[j, c] (+)= sum over k of lambda[k, j] t[q, c], dlambda[k, j] (+)= sum over c of t[q, c] gamma[j, c], as
// randlora_reduce.vec4.wgsl, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 bases x 32 columns, and goes through the k of its part one after another: dgamma grows
// in its place. Source: lib/randlora_reduce.wgsl, lib/packed.wgsl.
const SUMS = 32u;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let z = p.first + wid.z;
  let layer = z / p.parts;
  let part = z % p.parts;
  let j = wid.y * 8u; // in fours
  let col = wid.x * 8u; // in vec4
  let fours = p.n / 4u - j;
  let eights = (p.d - col + 1u) / 2u;
  let begin = part * p.pairs;
  for (var pair = begin; pair < begin + p.pairs; pair++) {
    for (var second = 0u; second < 2u; second++) {
      let is_first = pair == begin && second == 0u;
      // A part with nothing to count still has its zeros to write.
      if (is_first || exists(pair, second)) {
        multiply_rows(layer, base_of(pair, second), j, col, fours, eights);
        for (var h = 0u; h < min(eights, 4u); h++) {
          for (var g = 0u; g < min(fours, 8u); g++) {
            let s = sums[8u * h + g];
            leave(layer, part, pair, second, j + g, col + 2u * h, rows_l(s), is_first);
            leave(layer, part, pair, second, j + g, col + 2u * h + 1u, rows_r(s), is_first);
          }
        }
      }
    }
  }
}

// Rows k n + 4 j and so on of L^T R.
fn multiply_rows(layer: u32, k: u32, j: u32, col: u32, fours: u32, eights: u32) {
  for (var i = 0u; i < 32u; i++) { sums[i] = Sums(); }
  let left = layer * p.stackL + k * p.n / 4u + j;
  for (var m = 0u; m < p.K; m += STEP) {
    let count = min(STEP, p.K - m);
    for (var g = 0u; g < min(fours, 8u); g++) {
      var at = left + g + m * p.ldL;
      for (var i = 0u; i < count; i++) {
        xs[g * STEP + i] = load_code4(at);
        at += p.ldL;
      }
    }
    for (var h = 0u; h < min(eights, 4u); h++) {
      var l = right_start(layer, min(col + 2u * h, p.d - 1u)) + m / 4u * right_step();
      var r = right_start(layer, min(col + 2u * h + 1u, p.d - 1u)) + m / 4u * right_step();
      if (ACROSS) {
        for (var i = 0u; i < count; i += 4u) {
          lay_w(h, i, load_right(l), load_right(r));
          l += right_step();
          r += right_step();
        }
      } else {
        // Only here K need not be a multiple of four.
        for (var i = 0u; i < count; i++) {
          ws[h * STEP + i] = Quads(right[l], right[r]);
          l += p.ldR;
          r += p.ldR;
        }
      }
    }
    multiply_all(count, fours, eights, 0u);
  }
}

fn leave(layer: u32, part: u32, pair: u32, second: u32, j: u32, col: u32, rows: mat4x4<f32>, is_first: bool) {
  if (col >= p.d) { return; }
  let sum = weigh(rows, layer, pair, second, j, col, true);
  if (is_first) {
    store4(layer, part, j, col, sum);
    return;
  }
  let i = ((part * p.layers + layer) * p.n + 4u * j) * p.d + col;
  dgamma[i] += sum[0];
  dgamma[i + p.d] += sum[1];
  dgamma[i + 2u * p.d] += sum[2];
  dgamma[i + 3u * p.d] += sum[3];
}
