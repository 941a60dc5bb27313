// list = (count, rows that count, in order): of the labels (B, T), row t is compared with label t + shift, and counts where that is a token.
//
// One workgroup of 64, of which each invocation owns a run of rows: they are counted, and then written behind those before.
// Source: the shift and the ignored labels of transformers' ForCausalLMLoss.
struct Params { rows: u32, T: u32, shift: u32, vocabulary: u32 }
@group(0) @binding(0) var<storage, read> labels: array<u32>;         // (B, T); -100, as every number from the vocabulary's on, does not count
@group(0) @binding(1) var<storage, read_write> list: array<u32>;     // (1 + rows)
@group(0) @binding(2) var<uniform> p: Params;

var<workgroup> counts: array<u32, 64>;

fn counted(row: u32) -> bool { return row % p.T + p.shift < p.T && labels[min(row + p.shift, p.rows - 1u)] < p.vocabulary; }

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let each = (p.rows + 63u) / 64u;
  let first = min(lane * each, p.rows);
  let end = min(first + each, p.rows);
  var mine = 0u;
  for (var row = first; row < end; row++) { mine += select(0u, 1u, counted(row)); }
  counts[lane] = mine;
  workgroupBarrier();
  var at = 1u;
  for (var i = 0u; i < lane; i++) { at += counts[i]; }
  if (lane == 63u) { list[0] = at - 1u + mine; }
  for (var row = first; row < end; row++) {
    if (counted(row)) {
      list[at] = row;
      at++;
    }
  }
}
