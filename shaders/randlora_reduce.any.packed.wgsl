// dgamma[j, c] (+)= sum over k of lambda[k, j] t[q, c], dlambda[k, j] (+)= sum over c of t[q, c] gamma[j, c] for any sizes,
// as randlora_reduce.wgsl with PEFT's pairing, packed for one core of a processor.
//
// A workgroup of one invocation owns 32 columns of all bases, and goes through the rows k n + j of its part, 32 at a time
// however few bases there are: dgamma grows in its place. Source: randlora_reduce.wgsl, lib/packed.wgsl.
const SUMS = 32u;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) wid: vec3<u32>) {
  let z = p.first + wid.z;
  let layer = z / p.parts;
  let part = z % p.parts;
  let begin = min(part * p.each, p.r);
  let end = min(begin + p.each, p.r);
  let eights = min((p.d - wid.x * 32u + 7u) / 8u, 4u);
  // A part with nothing to count still has its zeros to write.
  if (begin == end) {
    for (var j = 0u; j < p.n; j++) {
      for (var h = 0u; h < eights; h++) { leave8(layer, part, j, wid.x * 32u + 8u * h, Quads(), true); }
    }
  }
  for (var v = begin * p.n; v < end * p.n; v += 32u) {
    let rows = min(32u, end * p.n - v);
    multiply_rows(layer, v, rows, wid.x * 32u, eights);
    for (var i = 0u; i < rows; i++) { weigh(layer, part, (v + i) / p.n, (v + i) % p.n, i, wid.x, eights, (v + i) / p.n == begin); }
  }
}

// Rows v to v + rows - 1 of L^T R, k by k.
fn multiply_rows(layer: u32, v: u32, rows: u32, col: u32, eights: u32) {
  for (var i = 0u; i < 32u; i++) { sums[i] = Sums(); }
  let fours = (rows + 3u) / 4u;
  for (var m = 0u; m < p.K; m += STEP) {
    let count = min(STEP, p.K - m);
    for (var g = 0u; g < fours; g++) {
      let q = layer * p.stackL + m * p.ldL + min(v + 4u * g + FOUR, vec4<u32>(p.n * p.r - 1u));
      for (var i = 0u; i < count; i++) {
        let at = q + i * p.ldL;
        xs[g * STEP + i] = vec4<f32>(load_code(at.x), load_code(at.y), load_code(at.z), load_code(at.w));
      }
    }
    for (var h = 0u; h < eights; h++) {
      let first = layer * p.stackR + m * p.rowR;
      let l = first + near(col + 8u * h) * p.colR;
      let r = first + near(col + 8u * h + 4u) * p.colR;
      for (var i = 0u; i < count; i++) {
        let to = i * p.rowR;
        ws[h * STEP + i] = Quads(
          vec4<f32>(right[l.x + to], right[l.y + to], right[l.z + to], right[l.w + to]),
          vec4<f32>(right[r.x + to], right[r.y + to], right[r.z + to], right[r.w + to]),
        );
      }
    }
    multiply_all(count, fours, eights, 0u);
  }
}

// The i-th of the rows that were multiplied, by its factors, to where it belongs.
fn weigh(layer: u32, part: u32, k: u32, j: u32, i: u32, tile: u32, eights: u32, is_first: bool) {
  let own = (layer * p.r + k) * p.n + j;
  var total = 0.0;
  for (var h = 0u; h < eights; h++) {
    let col = tile * 32u + 8u * h;
    let s = row_of(sums[8u * h + i / 4u], i % 4u);
    let t = Quads(factor(k, col) * s.l, factor(k, col + 4u) * s.r);
    total += dot(t.l, gamma4(layer * p.n + j, near(col)));
    total += dot(t.r, gamma4(layer * p.n + j, near(col + 4u)));
    leave8(layer, part, j, col, Quads(lambda[own] * t.l, lambda[own] * t.r), is_first);
  }
  dlambda[tile * p.layers * p.r * p.n + own] = total;
}

fn row_of(s: Sums, i: u32) -> Quads {
  if (i == 0u) { return s.a; }
  if (i == 1u) { return s.b; }
  if (i == 2u) { return s.c; }
  return s.d;
}

// alpha A of four columns; zero beyond the edge.
fn factor(k: u32, col: u32) -> vec4<f32> {
  return p.alpha * weight_scale() * select(vec4<f32>(), a_four(k, near(col)), col + FOUR < vec4<u32>(p.d));
}
// Four columns; beyond the edge the last one.
fn near(col: u32) -> vec4<u32> { return min(col + FOUR, vec4<u32>(p.d - 1u)); }

fn leave8(layer: u32, part: u32, j: u32, col: u32, v: Quads, is_first: bool) {
  leave(layer, part, j, col, v.l, is_first);
  leave(layer, part, j, col + 4u, v.r, is_first);
}
// Adds to dgamma of base j; the first of a part is what it begins with.
fn leave(layer: u32, part: u32, j: u32, col: u32, v: vec4<f32>, is_first: bool) {
  for (var e = 0u; e < 4u; e++) {
    if (col + e >= p.d) { break; }
    let at = ((part * p.layers + layer) * p.n + j) * p.d + col + e;
    if (is_first && !keeps(p.accumulate)) { dgamma[at] = v[e]; } else { dgamma[at] += v[e]; }
  }
}
