// out[b] = t, the last token of row b whose mask is not 0; 0 where there is none.
//
// One invocation owns a row, a workgroup 64. Source: transformers GenericForSequenceClassification.
struct Params { rows: u32, T: u32 }
@group(0) @binding(0) var<storage, read> mask: array<u32>;         // (rows, T)
@group(0) @binding(1) var<storage, read_write> out: array<u32>;    // (rows)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let row = gid.x;
  if (row >= p.rows) { return; }
  var at = p.T - 1u;
  while (at > 0u && mask[row * p.T + at] == 0u) { at--; }
  out[row] = at;
}
