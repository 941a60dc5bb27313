// dtable[v] += sum over the tokens i with ids[i] == v of dout[i], in their order, without atomics; nothing for v = padding.
//
// One workgroup of 64 owns a token, and works only where the token's id occurs for the first time: it then adds all the
// occurrences, so that one workgroup alone writes each row. The table may be a slice, as in token_embedding.wgsl.
// Source: derivative of token_embedding.wgsl; padding as torch.nn.Embedding(padding_idx).
struct Params { tokens: u32, width: u32, first: u32, rows: u32, vocabulary: u32, padding: u32 }
@group(0) @binding(0) var<storage, read> ids: array<u32>;             // (tokens)
@group(0) @binding(1) var<storage, read> dout: array<f32>;            // (tokens, width)
@group(0) @binding(2) var<storage, read_write> dtable: array<f32>;    // (rows, width)
@group(0) @binding(3) var<uniform> p: Params;

fn id_of(i: u32) -> u32 { return min(ids[i], p.vocabulary - 1u); }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let token = min(wid.x + wid.y * groups.x, p.tokens - 1u);
  let id = id_of(token);
  var seen = 0.0;
  for (var i = lane; i < token; i += 64u) { seen = max(seen, select(0.0, 1.0, id_of(i) == id)); }
  let before = reduce_max(seen, lane);
  if (wid.x + wid.y * groups.x >= p.tokens || before > 0.0 || id == p.padding || id < p.first || id >= p.first + p.rows) { return; }
  for (var c = lane; c < p.width; c += 64u) {
    var s = 0.0;
    for (var i = token; i < p.tokens; i++) {
      if (id_of(i) == id) { s += dout[i * p.width + c]; }
    }
    dtable[(id - p.first) * p.width + c] += s;
  }
}
